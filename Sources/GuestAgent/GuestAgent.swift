import Hummingbird

@main
struct GuestAgent {
    static func main() async throws { print("guest-agent") }
}
