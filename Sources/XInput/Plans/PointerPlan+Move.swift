package import XDisplay

extension PointerPlan {
    /// Of the duration: the hand starts and stops steadily.
    private static let steady = (begin: 0.08, end: 0.12)
    /// Pixels: a shorter movement has less noise, or a step of 5 px would wander.
    private static let noisyDistance = 60.0
    /// Milliseconds.
    static let shortestDuration = 10.0

    /// A movement as a person's hand makes it: a duration by Fitts' law, a few log-normal strokes on a bent path, drift
    /// and tremor, about 125 events a second. Ends on `target` exactly, which is the last event and comes at the end of
    /// the duration; never leaves the screen; the same for the same arguments.
    ///
    /// - Parameters:
    ///   - start: where the pointer is.
    ///   - target: nothing is done where this is `start`. Beyond the screen, its nearest pixel counts.
    ///   - targetWidth: in pixels, 1 and more: how precisely to aim, and so how slowly. Without, that of a small button.
    ///   - duration: instead of what Fitts' law gives; 10 ms at least.
    package static func move(
        from start: ScreenPoint, to target: ScreenPoint, within screen: ScreenSize, targetWidth: Double? = nil,
        duration: Duration? = nil, random: inout SeededRandom
    ) -> PointerPlan {
        let target = screen.nearestPoint(to: Vector(target))
        guard start != target else { return PointerPlan() }
        let distance = (Vector(target) - Vector(start)).length
        let usual = FittsLaw.duration(
            distance: distance, width: targetWidth ?? FittsLaw.usualWidth, random: &random)
        let end = max(duration?.inMilliseconds ?? usual, shortestDuration)
        let movement = AimedMovement(from: Vector(start), to: Vector(target), within: screen, random: &random)
        let noise = min(1, distance / noisyDistance)
        var trail = PixelTrail(from: start, within: screen)
        follow(movement, until: end, noise: noise, onto: &trail, random: &random)
        trail.append(target, at: end)
        return trail.plan(lasting: end)
    }

    private static func follow(
        _ movement: AimedMovement, until end: Double, noise amount: Double, onto trail: inout PixelTrail,
        random: inout SeededRandom
    ) {
        var noise = HandNoise(random: &random)
        var clock = EventClock(until: end)
        var last = (time: 0.0, position: movement.position(at: 0))
        while let time = clock.next(random: &random) {
            let progress = time / end
            let position = movement.position(at: progress)
            let speed = (position - last.position).length / (time - last.time)
            let free = min(1, progress / steady.begin, (1 - progress) / steady.end)
            let displacement = noise.displacement(at: time, speed: speed, random: &random)
            trail.append(position + displacement * (amount * free), at: time)
            last = (time, position)
        }
    }
}
