import Crypto
import Foundation

package enum Checksum {
  /// The SHA-256 of `data`, 32 bytes.
  package static func sha256(_ data: some DataProtocol) -> Data {
    Data(SHA256.hash(data: data))
  }

  /// The SHA-256 of `data` in 64 hexadecimal digits, as `sha256sum` prints it.
  package static func sha256Hex(_ data: some DataProtocol) -> String {
    sha256(data).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
