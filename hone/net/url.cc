#include "hone/net/url.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMostBytes = std::size_t{8} << 10;

[[noreturn]] void fail_address(std::string_view what) {
    // The text itself is not shown: it may hold a password.
    fail(Fault::Usage, "expected an address such as https://host/path; ", what);
}

bool is_host_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' ||
           letter == '_';
}

void check_host(std::string_view host) {
    const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    const std::string_view inside = is_bracketed ? host.substr(1, host.size() - 2) : host;
    const bool is_fine = !inside.empty() && std::ranges::all_of(inside, [&](char letter) {
        return is_bracketed ? std::string_view("0123456789abcdef:.").find(letter) != std::string_view::npos
                            : is_host_letter(letter);
    });
    if (!is_fine) fail_address("found no host name in it");
}

std::uint16_t parse_port(std::string_view text) {
    const auto port = parse_int64(text);
    if (!port || *port < 1 || *port > 65535 || text.front() == '+') fail_address("found a port that is none");
    return static_cast<std::uint16_t>(*port);
}

std::uint16_t usual_port(std::string_view scheme) {
    return scheme == "https" ? 443 : 80;
}

/// Where the port begins in "host:port", or npos.
std::size_t find_port(std::string_view authority) {
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    return colon != std::string_view::npos && bracket != std::string_view::npos && colon < bracket
               ? std::string_view::npos
               : colon;
}

}  // namespace

Url Url::parse(std::string_view text) {
    if (text.size() > kMostBytes) fail_address("found one that is too long");
    if (!std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter < 0x7F && letter != '\\'; }))
        fail_address("found a blank, a control character, a backslash or a letter that is not ASCII");
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos) fail_address("found no scheme");
    Url url;
    url.scheme = to_lower(text.substr(0, mark));
    if (url.scheme != "http" && url.scheme != "https") fail_address("found another scheme than http and https");
    text = text.substr(mark + 3);
    text = text.substr(0, text.find('#'));
    const std::size_t slash = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) fail_address("found a user name in it");
    const std::size_t colon = find_port(authority);
    url.host = to_lower(authority.substr(0, colon));
    check_host(url.host);
    url.port = colon == std::string_view::npos ? usual_port(url.scheme) : parse_port(authority.substr(colon + 1));
    url.target = text.substr(slash);
    if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
    return url;
}

std::string Url::origin() const {
    std::string text = cat(scheme, "://", host);
    if (port != usual_port(scheme)) text += cat(':', port);
    return text;
}

std::string Url::text() const {
    return origin() + target;
}

std::string_view Url::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

bool Url::is_loopback() const {
    if (host == "localhost" || host == "[::1]") return true;
    const std::vector<std::string> parts = split(host, '.');
    return parts.size() == 4 && parts[0] == "127" && std::ranges::all_of(parts, [](const std::string& part) {
               const auto number = parse_int64(part);
               return number && *number >= 0 && *number <= 255 && part.size() <= 3 && part.front() != '+';
           });
}

bool Url::has_origin_of(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool is_plain = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
                              (letter >= '0' && letter <= '9') ||
                              std::string_view("-._~").find(letter) != std::string_view::npos;
        if (is_plain)
            out += letter;
        else
            out += {'%', kDigits[byte >> 4], kDigits[byte & 15U]};
    }
    return out;
}

}  // namespace hone
