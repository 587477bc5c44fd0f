extension PointerPlan {
    /// This gesture, and behind its end another.
    package func appending(_ other: PointerPlan) -> PointerPlan {
        PointerPlan(
            steps: steps + other.steps.map { Step(at: duration + $0.offset, $0.event) },
            duration: duration + other.duration)
    }

    /// A time in which nothing is sent.
    static func pause(_ duration: Duration) -> PointerPlan {
        PointerPlan(duration: max(duration, .zero))
    }
}
