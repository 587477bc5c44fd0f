import CArchive
import Glibc

/// The locales libarchive works in.
///
/// It takes names for text in the charset of the thread's locale, and recodes them. To the kernel and to us they are
/// bytes, so the locale is chosen for what libarchive then leaves alone.
enum ArchiveLocale {
    /// Names are bytes. What an archive declares to be UTF-8 cannot be recoded then, and comes out as it is; in a UTF-8
    /// locale it would be normalised, which makes another name of it.
    case bytes
    /// Names are declared to be UTF-8 in the archive.
    case utf8

    // SAFETY: made once, never changed and never freed; `uselocale` only reads it.
    nonisolated(unsafe) private static let bytesLocale = ga_character_locale("C")
    nonisolated(unsafe) private static let utf8Locale = ga_character_locale("C.UTF-8")

    /// Runs `body` with this locale on the current thread, whatever the process or the thread had set.
    func use<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let previous = uselocale(self == .utf8 ? Self.utf8Locale : Self.bytesLocale)
        defer { uselocale(previous) }
        return try body()
    }
}
