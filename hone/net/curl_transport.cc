#include <curl/curl.h>
#include <dlfcn.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <new>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/net/transport.h"

namespace hone {
namespace {

constexpr const char* kLibrary = "libcurl.so.4";
constexpr int kStepMs = 20;  // cancellation is looked at so often
constexpr std::size_t kMostHeaderBytes = std::size_t{64} << 10;
constexpr std::size_t kChargeStep = std::size_t{256} << 10;

/// The functions of libcurl that are used. Linking it would cost each start of hone some twenty libraries.
struct Curl {
    decltype(&::curl_global_init) global_init = nullptr;
    decltype(&::curl_easy_init) easy_init = nullptr;
    decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
    decltype(&::curl_easy_setopt) setopt = nullptr;
    decltype(&::curl_easy_getinfo) getinfo = nullptr;
    decltype(&::curl_easy_strerror) strerror = nullptr;
    decltype(&::curl_slist_append) slist_append = nullptr;
    decltype(&::curl_slist_free_all) slist_free_all = nullptr;
    decltype(&::curl_multi_init) multi_init = nullptr;
    decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
    decltype(&::curl_multi_add_handle) multi_add = nullptr;
    decltype(&::curl_multi_remove_handle) multi_remove = nullptr;
    decltype(&::curl_multi_perform) multi_perform = nullptr;
    decltype(&::curl_multi_poll) multi_poll = nullptr;
    decltype(&::curl_multi_info_read) multi_info_read = nullptr;
};

[[noreturn]] void fail_missing(std::string_view reason) {
    throw Error(Fault::System, cat("fetching needs ", kLibrary, ", which cannot be used: ", reason))
        .with_id("net.missing")
        .with_mend("Debian package libcurl4 holds it.");
}

template <class Function>
void find_function(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) fail_missing(cat("it has no ", name));
}

Curl open_curl() {
    void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) {
        const char* reason = ::dlerror();
        fail_missing(reason != nullptr ? reason : "unknown");
    }
    Curl curl;
    find_function(library, "curl_global_init", curl.global_init);
    find_function(library, "curl_easy_init", curl.easy_init);
    find_function(library, "curl_easy_cleanup", curl.easy_cleanup);
    find_function(library, "curl_easy_setopt", curl.setopt);
    find_function(library, "curl_easy_getinfo", curl.getinfo);
    find_function(library, "curl_easy_strerror", curl.strerror);
    find_function(library, "curl_slist_append", curl.slist_append);
    find_function(library, "curl_slist_free_all", curl.slist_free_all);
    find_function(library, "curl_multi_init", curl.multi_init);
    find_function(library, "curl_multi_cleanup", curl.multi_cleanup);
    find_function(library, "curl_multi_add_handle", curl.multi_add);
    find_function(library, "curl_multi_remove_handle", curl.multi_remove);
    find_function(library, "curl_multi_perform", curl.multi_perform);
    find_function(library, "curl_multi_poll", curl.multi_poll);
    find_function(library, "curl_multi_info_read", curl.multi_info_read);
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) fail_missing("it does not start");
    return curl;
}

/// What arrives. No exception may cross the C code, so one is kept.
struct Arrival {
    HttpAnswer answer;
    std::uint64_t most_bytes = 0;
    std::size_t header_bytes = 0;
    std::exception_ptr error;

    void take_body(std::string_view bytes) {
        if (answer.body.size() + bytes.size() > most_bytes)
            fail(Fault::Limit, "an answer is larger than the ", human_bytes(most_bytes), " allowed");
        const std::size_t size = answer.body.size() + bytes.size();
        if (size > answer.reservation.bytes()) {
            const std::size_t room = std::max(size + kChargeStep, answer.body.size() * 2);
            answer.reservation.resize(room);
            answer.body.reserve(room);
        }
        answer.body += bytes;
    }
    void take_header(std::string_view line) {
        header_bytes += line.size();
        if (header_bytes > kMostHeaderBytes) fail(Fault::Limit, "an answer has headers of more than 64 KiB");
        if (line.starts_with("HTTP/")) answer.headers.clear();  // what came before was an interim answer
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return;
        answer.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }

    /// Calls `take` for a callback of libcurl; another number than that of the bytes ends the transfer.
    template <class Take>
    std::size_t guarded(std::size_t bytes, Take take) noexcept {
        try {
            take();
            return bytes;
        } catch (const std::bad_alloc&) {
            error = std::make_exception_ptr(Error(Fault::Limit, "the system has no memory left for an answer"));
        } catch (const Error&) {
            error = std::current_exception();
        }
        return bytes + 1;
    }
    static std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* context) noexcept {
        auto& arrival = *static_cast<Arrival*>(context);
        return arrival.guarded(one * count, [&] { arrival.take_body({bytes, one * count}); });
    }
    static std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* context) noexcept {
        auto& arrival = *static_cast<Arrival*>(context);
        return arrival.guarded(one * count, [&] { arrival.take_header({bytes, one * count}); });
    }
};

HttpFailure::Kind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return HttpFailure::Kind::Connection;
        case CURLE_OPERATION_TIMEDOUT:
            return HttpFailure::Kind::Timeout;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return HttpFailure::Kind::Trust;
        default:
            return HttpFailure::Kind::Other;
    }
}

/// One exchange; its destructor gives everything of libcurl back.
class Transfer {
public:
    Transfer(const Curl& curl, const HttpExchange& exchange)
        : curl_(curl), easy_(curl.easy_init()), multi_(curl.multi_init()) {
        if (easy_ == nullptr || multi_ == nullptr) fail(Fault::Limit, "the system has no memory left for a transfer");
        arrival_.most_bytes = exchange.most_bytes;
        set_address(exchange);
        set_security(exchange);
        set_limits(exchange);
        set_receivers();
        curl_.multi_add(multi_, easy_);
    }
    ~Transfer() {
        if (easy_ != nullptr && multi_ != nullptr) curl_.multi_remove(multi_, easy_);
        if (easy_ != nullptr) curl_.easy_cleanup(easy_);
        if (multi_ != nullptr) curl_.multi_cleanup(multi_);
        curl_.slist_free_all(headers_);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    HttpOutcome run(Budget& budget, const Cancel& cancel) {
        arrival_.answer.reservation = Reservation(budget, 0);
        while (true) {
            cancel.check();
            int running = 0;
            if (curl_.multi_perform(multi_, &running) != CURLM_OK) return failed(CURLE_FAILED_INIT);
            if (running == 0) break;
            curl_.multi_poll(multi_, nullptr, 0, kStepMs, nullptr);
        }
        if (arrival_.error) std::rethrow_exception(arrival_.error);
        int left = 0;
        const CURLMsg* message = curl_.multi_info_read(multi_, &left);
        const CURLcode code = message != nullptr ? message->data.result : CURLE_FAILED_INIT;
        return code == CURLE_OK ? finished() : failed(code);
    }

private:
    template <class Value>
    void set(CURLoption option, Value value) {
        if (curl_.setopt(easy_, option, value) != CURLE_OK)
            fail_missing(cat("it does not know option ", static_cast<int>(option)));
    }
    void set_address(const HttpExchange& exchange) {
        set(CURLOPT_URL, exchange.url.text().c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_ACCEPT_ENCODING, "");
        if (exchange.url.is_loopback()) set(CURLOPT_NOPROXY, "*");
        if (exchange.method == "POST") {
            set(CURLOPT_POST, 1L);
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
            set(CURLOPT_POSTFIELDS, exchange.body.data());
        } else {
            check(exchange.method == "GET", "a transfer is GET or POST");
            set(CURLOPT_HTTPGET, 1L);
        }
        for (const auto& [name, value] : exchange.headers)
            add_header(cat(name, ": ", value));
        add_header("Expect:");  // no waiting for permission to send a body
        set(CURLOPT_HTTPHEADER, headers_);
    }
    void add_header(const std::string& line) {
        curl_slist* longer = curl_.slist_append(headers_, line.c_str());
        if (longer == nullptr) fail(Fault::Limit, "the system has no memory left for a transfer");
        headers_ = longer;
    }
    void set_security(const HttpExchange& exchange) {
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!exchange.certificates.empty()) set(CURLOPT_CAINFO, exchange.certificates.c_str());
    }
    void set_limits(const HttpExchange& exchange) {
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // a name that is being looked up keeps nobody
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(exchange.connect_seconds * 1000));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(exchange.total_seconds * 1000));
    }
    void set_receivers() {
        set(CURLOPT_WRITEFUNCTION, &Arrival::on_body);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&arrival_));
        set(CURLOPT_HEADERFUNCTION, &Arrival::on_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(&arrival_));
    }

    HttpOutcome finished() {
        HttpAnswer& answer = arrival_.answer;
        long status = 0;
        char* next = nullptr;
        curl_off_t wait = 0;
        curl_.getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        curl_.getinfo(easy_, CURLINFO_REDIRECT_URL, &next);
        curl_.getinfo(easy_, CURLINFO_RETRY_AFTER, &wait);
        answer.status = static_cast<int>(status);
        if (next != nullptr) answer.next = next;
        answer.retry_after_seconds = static_cast<double>(wait);
        return {std::move(answer), {}};
    }
    HttpOutcome failed(CURLcode code) const { return {std::nullopt, {kind_of(code), curl_.strerror(code)}}; }

    const Curl& curl_;
    CURL* easy_;
    CURLM* multi_;
    curl_slist* headers_ = nullptr;
    Arrival arrival_;
};

class CurlTransport : public HttpTransport {
public:
    HttpOutcome exchange(const HttpExchange& exchange, Budget& budget, const Cancel& cancel) override {
        Transfer transfer(curl(), exchange);
        return transfer.run(budget, cancel);
    }

private:
    const Curl& curl() {
        const std::lock_guard lock(mutex_);
        if (!curl_) curl_ = std::make_unique<const Curl>(open_curl());
        return *curl_;
    }
    std::mutex mutex_;
    std::unique_ptr<const Curl> curl_;
};

}  // namespace

HttpTransport& curl_transport() {
    static CurlTransport transport;
    return transport;
}

}  // namespace hone
