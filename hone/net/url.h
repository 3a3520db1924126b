#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hone {

/// Address of something on a server that speaks HTTP.
struct Url {
    std::string scheme;  ///< "http" or "https"
    std::string host;    ///< lower case; IPv6 addresses in brackets
    std::uint16_t port = 0;
    std::string target;  ///< path with its query, begins with '/'

    /// Reads an absolute address. Fault::Usage for other schemes, names and passwords inside, blanks, control
    /// characters, bytes beyond ASCII, and texts above 8 KiB; a fragment is dropped.
    static Url parse(std::string_view text);

    std::string text() const;
    /// Without path and query: "https://neuprint.example.org:8443". What errors may show.
    std::string origin() const;
    /// The path without its query.
    std::string_view path() const;
    bool is_encrypted() const { return scheme == "https"; }
    /// True for localhost, 127.0.0.0/8 and ::1: what is sent there stays on this machine.
    bool is_loopback() const;
    bool has_origin_of(const Url& other) const;
};

/// `text` as one segment of a path or one value of a query: every byte but letters, digits and -._~ as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace hone
