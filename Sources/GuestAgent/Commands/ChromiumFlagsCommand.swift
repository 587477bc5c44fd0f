import ArgumentParser
import BrowserControl
import FSService

/// For the browser's launcher: a start of the browser takes what was set since the machine was configured.
struct ChromiumFlagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chromium-flags",
        abstract: "Print the flags Chromium is to be started with, each with a NUL behind it.",
        discussion: "They are those of the variable CHROMIUM_FLAGS, and those set through the API.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let base = SettingSource.processEnvironment("CHROMIUM_FLAGS") ?? ""
        let places = try options.configuration().browserPlaces
        let line = try await ChromiumCommandLine(base: base, places: places, files: FileSystemService())
        for flag in line.flags.texts { print(flag, terminator: "\0") }
    }
}
