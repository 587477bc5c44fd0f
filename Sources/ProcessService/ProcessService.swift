// ProcessService
