// XDisplay
