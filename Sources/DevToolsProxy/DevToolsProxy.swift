// DevToolsProxy
