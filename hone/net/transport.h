#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/memory/budget.h"
#include "hone/net/url.h"
#include "hone/parallel/cancel.h"

namespace hone {

/// Header lines of a request or an answer, in order.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// What one server answered.
struct HttpAnswer {
    int status = 0;
    HttpHeaders headers;
    std::string body;
    Reservation reservation;          ///< of the body
    std::optional<std::string> next;  ///< where a redirect leads, as an absolute address
    double retry_after_seconds = 0;   ///< that the server asks for; 0 = it does not

    /// The first header of this name, in any case; empty if there is none.
    std::string_view header(std::string_view name) const;
};

/// One request to one server, complete with its headers.
struct HttpExchange {
    Url url;
    std::string method = "GET";
    HttpHeaders headers;
    std::string_view body;  ///< for POST
    double connect_seconds = 10;
    double total_seconds = 300;
    std::uint64_t most_bytes = 0;  ///< of the unpacked body
    std::string certificates;      ///< file of the authorities that are trusted; empty = those of the system
};

/// No answer came.
struct HttpFailure {
    enum class Kind {
        Connection,  ///< not reached, or the connection was lost: trying again may help
        Timeout,
        Trust,  ///< the certificate is not one of a trusted authority for this host
        Other
    };
    Kind kind = Kind::Other;
    std::string reason;  ///< in words, without addresses
};

/// What either way an exchange ends with.
struct HttpOutcome {
    std::optional<HttpAnswer> answer;
    HttpFailure failure;  ///< if there is no answer
};

/// Sends requests; a seam with libcurl behind it, and fakes in tests. Thread-safe.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    /// Sends one request and waits for the whole answer. Follows no redirect, repeats nothing. Fault::Limit if the body
    /// is larger than allowed or the budget has no room for it, Fault::Cancelled within 50 ms of a request to stop.
    virtual HttpOutcome exchange(const HttpExchange& exchange, Budget& budget, const Cancel& cancel) = 0;
};

/// libcurl of this machine, opened by the first exchange; certificates are always verified, TLS is at least 1.2.
/// Fault::System (`net.missing`) if it is not installed.
HttpTransport& curl_transport();

}  // namespace hone
