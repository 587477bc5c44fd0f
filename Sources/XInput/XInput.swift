// XInput
