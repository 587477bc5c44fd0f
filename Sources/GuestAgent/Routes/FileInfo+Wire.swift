import AgentAPI
import AgentCore
import FSService

extension FileInfoResponse {
    init(_ info: FileInfo) {
        self.init(
            name: info.name, path: info.path, percentEncodedPath: info.percentEncodedPath, size: Int(info.size),
            isDirectory: info.isDirectory, modificationTime: Timestamp(info.modificationTime),
            mode: info.modeDescription, octalMode: info.mode.octalText, owner: info.owner, group: info.group,
            userID: Int(info.userID), groupID: Int(info.groupID), linkTarget: info.linkTarget)
    }
}
