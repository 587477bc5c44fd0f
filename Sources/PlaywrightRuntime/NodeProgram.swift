import CNodeProgram

/// The JavaScript that Node.js runs for the agent, as embedded when the binary was built.
enum NodeProgram {
    /// What `node --eval` gets: it reads `source` from descriptor 0. A process list shows it, so it is short.
    static let bootstrap = text(of: ga_node_bootstrap())

    /// One script whose value is a function: of `require`, it makes the function of the main module.
    ///
    /// Each module finds those before it by `require("./NAME")`.
    static let source: String = {
        let modules = (0..<ga_node_module_count()).map { ga_node_module_at($0) }
        let definitions = modules.map { module in
            """
            module = { exports: {} };
            ((module, require) => {
            \(text(of: module))
            })(module, require);
            modules["\(String(cString: module.name))"] = module.exports;
            """
        }
        return """
            ((nodeRequire) => {
            const modules = {};
            const require = (name) => (name.startsWith('./') ? modules[name.slice(2)] : nodeRequire(name));
            let module;
            \(definitions.joined(separator: "\n"))
            return modules.main;
            })
            """
    }()

    private static func text(of module: ga_node_module) -> String {
        String(decoding: UnsafeBufferPointer(start: module.text, count: module.length), as: UTF8.self)
    }
}
