/// This version of Mien, by semantic versioning.
public let mienVersion = "0.2.0"
