/// The number of letters to insert, delete, replace or swap with their neighbour to make `first` into `second` (the
/// optimal string alignment distance); `nil` when it is more than `limit`.
func editDistance<Letter: Equatable>(from first: [Letter], to second: [Letter], limit: Int) -> Int? {
    guard abs(first.count - second.count) <= limit else { return nil }
    var last = Array(0...second.count)
    var (beforeLast, current) = (last, last)
    for row in first.indices {
        current[0] = row + 1
        for column in second.indices {
            let isSame = first[row] == second[column]
            var distance = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
            if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            current[column + 1] = distance
        }
        // A swap reaches back two rows; nothing reaches further.
        guard current.contains(where: { $0 <= limit }) || last.contains(where: { $0 <= limit }) else { return nil }
        swap(&beforeLast, &last)
        swap(&last, &current)
    }
    return last[second.count] <= limit ? last[second.count] : nil
}
