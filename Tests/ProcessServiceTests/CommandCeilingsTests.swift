import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import ProcessService

/// Where this process may make control groups. Asked for by making one.
private let hasControllers: Bool = {
    var configuration = ProcessService.Configuration()
    configuration.ceilings = CommandCeilings(memory: 1 << 30, processor: 100, tasks: 1000)
    return (try? ProcessService(configuration).ceilingsProblem) == .some(nil)
}()

extension ProcessServiceTests {
    @Suite(.enabled(if: hasControllers, "this machine gives its tests no memory, cpu and pids control groups"))
    struct CommandCeilingsTests {
        private func fixture(_ ceilings: CommandCeilings) throws -> ExecFixture {
            let fixture = try ExecFixture { $0.ceilings = ceilings }
            #expect(fixture.service.ceilingsProblem == nil)
            return fixture
        }

        @Test func `what takes more memory than there is for commands is ended, and nothing else`() async throws {
            let fixture = try fixture(CommandCeilings(memory: 64 << 20))
            // What follows the last line feed is kept in memory.
            let greedy = try await fixture.shell("head -c 300000000 /dev/zero | tail -n 1 | wc -c; echo alive")
            #expect(greedy.lines.last == "alive")
            #expect(greedy.lines.first != "300000000")
            #expect(try await fixture.shell("head -c 3000000 /dev/zero | tail -n 1 | wc -c").lines == ["3000000"])
        }

        @Test func `together they are no more tasks than allowed`() async throws {
            let fixture = try fixture(CommandCeilings(tasks: 8))
            let result = try await fixture.shell("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 2 & done; echo started all")
            #expect(!result.text.contains("started all"))
        }

        @Test func `together they take no more processor time than allowed`() async throws {
            let fixture = try fixture(CommandCeilings(processor: 20))
            let busy =
                "import time\nend = time.monotonic() + 1.5\nwhile time.monotonic() < end: pass\n"
                + "print(time.process_time())"
            let result = try await fixture.exec("python3", "-c", busy)
            let seconds = try #require(Double(result.lines[0]))
            #expect(seconds < 0.8)
        }

        @Test func `the groups go when the agent stops; spawned processes are born into them too`() async throws {
            let fixture = try fixture(CommandCeilings(tasks: 100))
            let group = try await fixture.shell("grep -o 'guest-agent-commands-.*' /proc/self/cgroup | head -1")
            let name = try #require(group.lines.first)
            let record = try await fixture.service.spawn(
                Command("grep", arguments: ["-q", "guest-agent-commands-", "/proc/self/cgroup"]))
            #expect(await eventually { (try? fixture.service.record(of: record.id).ending?.status.exitCode) == 0 })
            let directory = try #require(ownTree.place(of: "pids")).directory + "/\(name)"
            #expect(access(directory, F_OK) == 0)
            await fixture.service.shutdown()
            #expect(access(directory, F_OK) != 0)
        }

        private var ownTree: ControlGroupTree {
            ControlGroupTree(
                mountInfo: ControlGroupFile("/proc/self/mountinfo").text,
                membership: ControlGroupFile("/proc/self/cgroup").text)
        }
    }
}

@Suite("The tree of control groups") struct ControlGroupTreeTests {
    private let hybrid = """
        30 24 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
        31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw
        35 30 0:31 /docker/abc /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
        36 30 0:32 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct
        """

    @Test func `each controller is found in its hierarchy, below what the mount shows of it`() {
        let tree = ControlGroupTree(
            mountInfo: hybrid, membership: "8:memory:/docker/abc\n4:cpu,cpuacct:/system.slice\n0::/init.scope\n")
        #expect(tree.place(of: "memory") == .init(version: .one, directory: "/sys/fs/cgroup/memory"))
        #expect(tree.place(of: "cpu") == .init(version: .one, directory: "/sys/fs/cgroup/cpu,cpuacct/system.slice"))
        #expect(tree.place(of: "pids") == nil)
    }

    @Test func `the unified hierarchy is for the controllers it says it has`() throws {
        let files = try ScratchFiles()
        try files.write(Array("cpu memory\n".utf8), to: "cgroup.controllers")
        let tree = ControlGroupTree(
            mountInfo: "31 30 0:27 / \(files.directory) rw - cgroup2 cgroup2 rw", membership: "0::/\n")
        #expect(tree.place(of: "memory") == .init(version: .two, directory: files.directory))
        #expect(tree.place(of: "pids") == nil)
    }

    @Test func `a kernel without them is told by name`() {
        let error = #expect(throws: AgentError.self) {
            try CommandGroup(
                CommandCeilings(memory: 1 << 30).limits, in: ControlGroupTree(mountInfo: "", membership: ""))
        }
        #expect(error?.message.contains("no memory controller") == true)
    }
}
