import CLibAV

/// Options by name, as FFmpeg's libraries take them.
struct OptionDictionary: ~Copyable {
    /// Handed to calls that take out the options they know.
    var pointer: OpaquePointer?
    private let av: ga_libav_functions

    init(_ av: ga_libav_functions, _ options: KeyValuePairs<String, String>) {
        self.av = av
        for (name, value) in options { _ = av.av_dict_set(&pointer, name, value, 0) }
    }

    deinit {
        var pointer = pointer
        av.av_dict_free(&pointer)
    }
}
