import COpenSSL
import Foundation

/// SHA-256 checksums (FIPS 180-4), by OpenSSL.
package enum Checksum {
  /// The SHA-256 of `data`, 32 bytes.
  package static func sha256(_ data: Data) -> Data {
    var digest = Data(count: 32)
    let isComputed = digest.withUnsafeMutableBytes { (digest: UnsafeMutableRawBufferPointer) in
      data.withUnsafeBytes { (data: UnsafeRawBufferPointer) in
        EVP_Digest(
          data.baseAddress, data.count, digest.bindMemory(to: UInt8.self).baseAddress, nil, EVP_sha256(), nil)
      }
    }
    precondition(isComputed == 1, "OpenSSL has SHA-256")
    return digest
  }

  /// The SHA-256 of `data` in 64 hexadecimal digits, as `sha256sum` prints it.
  package static func sha256Hex(_ data: Data) -> String {
    sha256(data).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
