#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hone::invoice {

/// RC4 of 128 bits with a password to open a file (ISO 32000-1, 7.6: V 2, R 3). For samples only: RC4 keeps no secret.
class PdfEncryption {
public:
    /// `password` may be empty: the file then opens without one. The first 32 bytes count.
    PdfEncryption(std::string_view password, std::string file_id);

    /// Entries of the dictionary named by /Encrypt, and the identifier that the trailer must carry.
    std::string dictionary() const;
    const std::string& file_id() const { return file_id_; }
    /// The bytes of a string or stream of object `number` (generation 0).
    std::string encrypted(std::uint32_t number, std::string_view bytes) const;

private:
    std::string file_id_;
    std::string owner_;  ///< /O
    std::string user_;   ///< /U
    std::string key_;
};

/// Bytes as a hexadecimal string of PDF: "<00FF>".
std::string pdf_hexadecimal(std::string_view bytes);

}  // namespace hone::invoice
