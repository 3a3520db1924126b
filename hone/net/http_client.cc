#include "hone/net/http_client.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::size_t kMostTokenBytes = std::size_t{16} << 10;

void wipe(std::string& text) {
    volatile char* letters = text.data();
    for (std::size_t i = 0; i < text.size(); ++i)
        letters[i] = 0;
}

void wait_in_steps(double seconds, const Cancel& cancel) {
    constexpr std::int64_t kStepNs = 20'000'000;
    const std::int64_t end = real_clock().monotonic_ns() + static_cast<std::int64_t>(seconds * 1e9);
    for (std::int64_t left = end - real_clock().monotonic_ns(); left > 0; left = end - real_clock().monotonic_ns()) {
        cancel.check();
        std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(left, kStepNs)));
    }
}

bool is_worth_repeating(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Headers that are meant for the origin asked and for no other.
bool is_secret(std::string_view header) {
    return equal_ignoring_case(header, "Authorization") || equal_ignoring_case(header, "Cookie") ||
           equal_ignoring_case(header, "Proxy-Authorization");
}

Url redirected(const Url& from, std::string_view to) {
    Url next;
    try {
        next = Url::parse(to);
    } catch (const Error& error) {
        throw Error(Fault::System, error.message()).within(cat("a redirect from ", from.origin()));
    }
    if (from.is_encrypted() && !next.is_encrypted())
        fail(Fault::System, "a server redirects from https to http, which is refused: ", from.origin());
    if (next.is_loopback() && !from.is_loopback())
        fail(Fault::System, "a server redirects to this machine, which is refused: ", from.origin());
    return next;
}

[[noreturn]] void fail_exchange(const HttpFailure& failure, const Url& url, double seconds) {
    using Kind = HttpFailure::Kind;
    switch (failure.kind) {
        case Kind::Timeout:
            throw Error(Fault::System, cat("no answer within ", human_seconds(seconds), " from ", url.origin()))
                .with_id("net.timeout");
        case Kind::Trust:
            throw Error(Fault::System,
                        cat("the certificate of a server is not trusted: ", url.origin(), " (", failure.reason, ')'))
                .with_id("net.untrusted");
        case Kind::Connection:
            throw Error(Fault::System, cat("a server cannot be reached: ", url.origin(), " (", failure.reason, ')'))
                .with_id("net.unreachable");
        case Kind::Other:
            break;
    }
    fail(Fault::System, "asking a server failed: ", url.origin(), " (", failure.reason, ')');
}

}  // namespace

BearerToken::BearerToken(std::string_view text) : text_(trim(text)) {
    const bool is_visible = std::ranges::all_of(text_, [](char letter) { return letter > ' ' && letter < 0x7F; });
    if (is_visible && text_.size() <= kMostTokenBytes) return;
    wipe(text_);
    fail(Fault::Usage, "a token consists of at most 16384 visible ASCII letters");
}

BearerToken BearerToken::from_environment(const std::string& variable) {
    const char* value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr || trim(value).empty())
        fail(Fault::Usage, "expected a token in the environment variable ", variable, ", which is not set");
    try {
        return BearerToken(value);
    } catch (const Error& error) {
        throw error.within(variable);
    }
}

BearerToken::~BearerToken() {
    wipe(text_);
}

BearerToken::BearerToken(BearerToken&& other) noexcept : text_(std::move(other.text_)) {
    constexpr std::size_t kInPlace = 15;  // letters that a string keeps inside itself
    other.text_.assign(kInPlace, ' ');
    other.text_.clear();
}

std::string BearerToken::authorization() const {
    return "Bearer " + text_;
}

std::string BearerToken::removed_from(std::string text) const {
    constexpr std::string_view kHidden = "***";
    if (text_.empty()) return text;
    for (std::size_t at = text.find(text_); at != std::string::npos; at = text.find(text_, at + kHidden.size()))
        text.replace(at, text_.size(), kHidden);
    return text;
}

HttpClient::HttpClient(HttpOptions options, BearerToken token, Budget& budget, Cancel cancel, HttpTransport& transport,
                       Wait wait)
    : options_(std::move(options)),
      token_(std::move(token)),
      budget_(budget),
      cancel_(std::move(cancel)),
      transport_(transport),
      wait_(wait ? std::move(wait) : Wait(&wait_in_steps)) {
    check(options_.attempts >= 1 && options_.redirects >= 0, "a client tries at least once");
}

HttpAnswer HttpClient::send(const HttpRequest& request) const {
    for (const auto& [name, value] : request.headers)
        for (const std::string_view text : {std::string_view(name), std::string_view(value)})
            check(text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a header is one line");
    return send_following(request);
}

std::string HttpClient::without_token(std::string text) const {
    return token_.removed_from(std::move(text));
}

HttpAnswer HttpClient::send_following(const HttpRequest& request) const {
    Url url = request.url;
    for (int followed = 0;; ++followed) {
        check_allowed(url);
        HttpOutcome outcome = send_repeating(request, url);
        if (!outcome.answer) fail_exchange(outcome.failure, url, options_.total_seconds);
        HttpAnswer& answer = *outcome.answer;
        if (!is_redirect(answer.status) || !answer.next) return std::move(answer);
        if (request.method != "GET" && answer.status != 307 && answer.status != 308) return std::move(answer);
        if (followed == options_.redirects)
            fail(Fault::Limit, "a server redirects more than ", options_.redirects, " times: ", request.url.origin());
        url = redirected(url, *answer.next);
    }
}

HttpOutcome HttpClient::send_repeating(const HttpRequest& request, const Url& url) const {
    double wait = options_.first_wait_seconds;
    for (int attempt = 1;; ++attempt, wait *= 2) {
        cancel_.check();
        HttpOutcome outcome = send_once(request, url);
        const bool is_worth_it = outcome.answer ? is_worth_repeating(outcome.answer->status)
                                                : outcome.failure.kind == HttpFailure::Kind::Connection;
        if (!is_worth_it || !request.is_repeatable || attempt == options_.attempts) return outcome;
        const double asked = outcome.answer ? outcome.answer->retry_after_seconds : 0;
        if (asked > options_.most_wait_seconds) return outcome;
        outcome.answer.reset();
        wait_(std::max(asked, std::min(wait, options_.most_wait_seconds)), cancel_);
    }
}

HttpOutcome HttpClient::send_once(const HttpRequest& request, const Url& url) const {
    HttpExchange exchange;
    exchange.url = url;
    exchange.method = request.method;
    const bool is_same = url.has_origin_of(request.url);
    for (const auto& header : request.headers)
        if (is_same || !is_secret(header.first)) exchange.headers.push_back(header);
    exchange.headers.emplace_back("User-Agent", options_.agent);
    if (is_same && !token_.is_empty()) exchange.headers.emplace_back("Authorization", token_.authorization());
    exchange.body = request.body;
    exchange.connect_seconds = options_.connect_seconds;
    exchange.total_seconds = options_.total_seconds;
    exchange.most_bytes = options_.most_bytes;
    exchange.certificates = options_.certificates;
    return transport_.exchange(exchange, budget_, cancel_);
}

void HttpClient::check_allowed(const Url& url) const {
    if (url.is_encrypted() || url.is_loopback() || options_.is_plain_allowed) return;
    throw Error(Fault::Usage, cat("http to another machine can be read on the way: ", url.origin()))
        .with_id("net.plain")
        .with_mend("Use https, or allow it on purpose.");
}

}  // namespace hone
