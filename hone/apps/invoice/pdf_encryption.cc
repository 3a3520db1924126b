#include "hone/apps/invoice/pdf_encryption.h"

#include <nettle/arcfour.h>
#include <nettle/md5.h>

#include <algorithm>
#include <utility>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::int32_t kPermissions = -4;  ///< everything is allowed

std::string md5(std::string_view bytes) {
    md5_ctx context;
    md5_init(&context);
    md5_update(&context, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
    std::string digest(MD5_DIGEST_SIZE, '\0');
    md5_digest(&context, digest.size(), reinterpret_cast<std::uint8_t*>(digest.data()));
    return digest;
}

std::string rc4(std::string_view key, std::string_view bytes) {
    arcfour_ctx context;
    arcfour_set_key(&context, key.size(), reinterpret_cast<const std::uint8_t*>(key.data()));
    std::string out(bytes.size(), '\0');
    arcfour_crypt(&context, bytes.size(), reinterpret_cast<std::uint8_t*>(out.data()),
                  reinterpret_cast<const std::uint8_t*>(bytes.data()));
    return out;
}

/// RC4 twenty times, with the key whose bytes are changed by the number of the turn.
std::string rc4_twenty_times(std::string_view key, std::string bytes) {
    for (int turn = 0; turn < 20; ++turn) {
        std::string changed(key);
        for (char& letter : changed)
            letter = static_cast<char>(letter ^ turn);
        bytes = rc4(changed, bytes);
    }
    return bytes;
}

/// The password with the padding of algorithm 2, 32 bytes.
std::string padded(std::string_view password) {
    static const std::string kPadding(
        "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9"
        "\xFE\x64\x53\x69\x7A",
        32);
    return (std::string(password.substr(0, 32)) + kPadding).substr(0, 32);
}

std::string md5_often(std::string bytes) {
    for (int i = 0; i < 51; ++i)
        bytes = md5(bytes);
    return bytes;
}

std::string little_endian(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFFU);
    return out;
}

}  // namespace

std::string pdf_hexadecimal(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out = "<";
    for (const char letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
    }
    return out + ">";
}

PdfEncryption::PdfEncryption(std::string_view password, std::string file_id) : file_id_(std::move(file_id)) {
    const std::string user = padded(password);
    owner_ = rc4_twenty_times(md5_often(user), user);
    key_ = md5_often(user + owner_ + little_endian(static_cast<std::uint32_t>(kPermissions), 4) + file_id_);
    user_ = rc4_twenty_times(key_, md5(padded("") + file_id_)) + std::string(16, '\0');
}

std::string PdfEncryption::dictionary() const {
    return cat("/Filter/Standard/V 2/R 3/Length 128/P ", kPermissions, "/O", pdf_hexadecimal(owner_), "/U",
               pdf_hexadecimal(user_));
}

std::string PdfEncryption::encrypted(std::uint32_t number, std::string_view bytes) const {
    const std::string key = md5(key_ + little_endian(number, 3) + little_endian(0, 2));
    return rc4(key.substr(0, std::min(key_.size() + 5, kKeyBytes)), bytes);
}

}  // namespace hone::invoice
