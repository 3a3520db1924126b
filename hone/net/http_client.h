#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "hone/net/transport.h"

namespace hone {

/// What proves to a server who asks. Never printed, logged or put into an error; wiped when dropped.
class BearerToken {
public:
    BearerToken() = default;
    /// Fault::Usage unless it consists of visible ASCII letters; blanks around it are dropped.
    explicit BearerToken(std::string_view text);
    /// The value of an environment variable; Fault::Usage that names the variable if it is not set or empty.
    static BearerToken from_environment(const std::string& variable);
    ~BearerToken();
    BearerToken(const BearerToken&) = default;
    BearerToken(BearerToken&& other) noexcept;
    BearerToken& operator=(const BearerToken&) = delete;
    BearerToken& operator=(BearerToken&&) = delete;

    bool is_empty() const { return text_.empty(); }
    /// Value of the header Authorization.
    std::string authorization() const;
    /// `text` with each occurrence replaced by "***".
    std::string removed_from(std::string text) const;

private:
    std::string text_;
};

struct HttpRequest {
    Url url;
    std::string method = "GET";  ///< or "POST"
    HttpHeaders headers;         ///< beside User-Agent and Authorization
    std::string body;
    bool is_repeatable = true;  ///< sending it twice does no harm
};

struct HttpOptions {
    double connect_seconds = 10;
    double total_seconds = 300;  ///< of one attempt
    std::uint64_t most_bytes = std::uint64_t{256} << 20;
    int attempts = 5;
    double first_wait_seconds = 0.5;  ///< doubled by each attempt
    double most_wait_seconds = 60;    ///< a server that asks for a longer one is not asked again
    int redirects = 5;
    bool is_plain_allowed = false;  ///< http to other machines; to this one it always is
    std::string certificates;       ///< file of trusted authorities; empty = those of the system
    std::string agent = "hone";
};

/// Sends requests to servers and deals with what goes wrong on the way: answers 429, 502, 503 and 504 and lost
/// connections are tried again, later each time or when the server says so; redirects are followed a few times, never
/// from https to http, and the token goes to no other origin than the one asked. Thread-safe.
class HttpClient {
public:
    /// Waits so many seconds, unless cancelled.
    using Wait = std::function<void(double seconds, const Cancel& cancel)>;

    HttpClient(HttpOptions options, BearerToken token, Budget& budget, Cancel cancel,
               HttpTransport& transport = curl_transport(), Wait wait = {});

    /// The answer, whatever its status; bodies are charged to the budget while they are held.
    /// Fault::System: not reached, timed out (`net.timeout`), or not to be trusted (`net.untrusted`).
    /// Fault::Usage: http to another machine. Fault::Limit: too large, or redirected too often.
    HttpAnswer send(const HttpRequest& request) const;
    /// `text` of a server with each occurrence of the token replaced by "***": some repeat what they were sent.
    std::string without_token(std::string text) const;

private:
    HttpAnswer send_following(const HttpRequest& request) const;
    HttpOutcome send_once(const HttpRequest& request, const Url& url) const;
    HttpOutcome send_repeating(const HttpRequest& request, const Url& url) const;
    void check_allowed(const Url& url) const;

    HttpOptions options_;
    BearerToken token_;
    Budget& budget_;
    Cancel cancel_;
    HttpTransport& transport_;
    Wait wait_;
};

}  // namespace hone
