// FSService
