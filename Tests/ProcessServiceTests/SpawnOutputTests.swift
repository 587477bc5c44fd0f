import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

extension ProcessServiceTests {
    @Suite struct SpawnOutputTests {
        @Test func `forty processes read at once, late, twice and across a break are complete every time`() async throws
        {
            let fixture = try ExecFixture()
            let expected = numbers(to: 20_000)
            for run in 0..<40 {
                let record = try await fixture.spawn("seq", "1", "20000")
                if run.isMultiple(of: 2) { _ = try await fixture.exitStatus(of: record) }
                async let first = fixture.output(of: record)
                async let second = fixture.output(of: record)
                let third = try await readWithBreaks(record, fixture)
                let readers = try await [first, second, third]
                for reader in readers {
                    #expect(reader.stdout == expected)
                    #expect(reader.stderr.isEmpty)
                    #expect(reader.dropped == 0)
                    #expect(reader.end?.status == .exited(code: 0))
                    #expect(reader.end?.offset == UInt64(expected.count))
                }
            }
        }

        /// Leaves after every batch and comes back to where it was.
        private func readWithBreaks(_ record: ProcessRecord, _ fixture: ExecFixture) async throws -> Transcript {
            var transcript = Transcript()
            while transcript.end == nil {
                let offset = transcript.offsets.last ?? 0
                for try await batch in try fixture.service.output(of: record.id, from: offset) {
                    transcript.append(batch)
                    break
                }
            }
            return transcript
        }

        @Test func `an offset in the middle of a line begins there`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawn("seq", "1", "20000")
            let expected = numbers(to: 20_000)
            for offset in [0, 1, 1000, 65_535, 65_536, 70_001, expected.count - 1, expected.count, expected.count + 5] {
                let transcript = try await fixture.output(of: record, from: UInt64(offset))
                #expect(transcript.stdout == Array(expected.dropFirst(offset)))
                #expect(transcript.end?.dropped == 0)
            }
        }

        @Test func `streams are told apart and keep their order`() async throws {
            let fixture = try ExecFixture()
            let script = "for i in 1 2 3 4 5; do echo out$i; sleep 0.02; echo err$i >&2; sleep 0.02; done; exit 9"
            let transcript = try await fixture.output(of: fixture.spawnShell(script))
            #expect(transcript.text == "out1\nout2\nout3\nout4\nout5\n")
            #expect(String(decoding: transcript.stderr, as: UTF8.self) == "err1\nerr2\nerr3\nerr4\nerr5\n")
            #expect(String(decoding: transcript.all, as: UTF8.self).hasPrefix("out1\nerr1\nout2\nerr2\n"))
            #expect(transcript.end?.status == .exited(code: 9))
        }

        @Test func `no piece is larger than common line readers take`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawn("head", "-c", "3000000", "/dev/zero")
            var count = 0
            for try await batch in try fixture.service.output(of: record.id) {
                for piece in batch.pieces { #expect(piece.range.count <= 32_768) }
                count += batch.pieces.reduce(0) { $0 + $1.range.count }
            }
            #expect(count == 3_000_000)
        }

        @Test func `a process that nobody reads runs on, and what is given up is told`() async throws {
            let fixture = try ExecFixture { $0.journalSize = 1 << 20 }
            let record = try await fixture.spawn("seq", "1", "2000000")
            #expect(try await fixture.exitStatus(of: record) == .exited(code: 0))
            let expected = numbers(to: 2_000_000)
            let transcript = try await fixture.output(of: record)
            #expect(transcript.stdout.count > 900_000 && transcript.stdout.count < 1 << 20)
            #expect(transcript.dropped == UInt64(expected.count - transcript.stdout.count))
            #expect(transcript.stdout == Array(expected.suffix(transcript.stdout.count)))
            #expect(transcript.end?.offset == UInt64(expected.count))
        }

        @Test func `a slow reader misses a part, knows how much, and delays nobody`() async throws {
            let fixture = try ExecFixture { $0.journalSize = 1 << 20 }
            let record = try await fixture.spawn("seq", "1", "2000000")
            let expected = numbers(to: 2_000_000)
            var slow = Transcript()
            for try await batch in try fixture.service.output(of: record.id) {
                slow.append(batch)
                if slow.offsets.count < 3 { _ = try await fixture.exitStatus(of: record) }
            }
            #expect(slow.dropped > 0)
            #expect(slow.stdout.count + Int(slow.dropped) == expected.count)
            #expect(slow.stdout.suffix(900_000) == expected.suffix(900_000))
        }

        @Test func `an exit is told although a background process holds the pipes, whose output still comes`()
            async throws
        {
            let fixture = try ExecFixture()
            let files = try ScratchFiles()
            let script = "(while [ ! -e \(files.path("go")) ]; do sleep 0.01; done; echo late) & echo early"
            let started = ContinuousClock.now
            let record = try await fixture.spawnShell(script)
            let early = try await fixture.output(of: record)
            #expect(early.text == "early\n")
            #expect(ContinuousClock.now - started < .seconds(1))
            try files.write([], to: "go")
            #expect(try await eventually { try await fixture.output(of: record).text == "early\nlate\n" })
        }

        @Test func `a reader that is cancelled ends and the process goes on`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawn("cat")
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { _ = try await fixture.output(of: record) }
                }
                group.cancelAll()
            }
            #expect(try fixture.service.record(of: record.id).ending == nil)
            try await fixture.service.endInput(of: record.id)
            #expect(try await fixture.exitStatus(of: record) == .exited(code: 0))
        }
    }
}
