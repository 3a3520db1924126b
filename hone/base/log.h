#pragma once
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/correlation_id.h"
#include "hone/base/files.h"

namespace hone {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };
/// "debug", "info", "warning", "error".
std::string_view log_level_name(LogLevel level);
/// The level of a name; nothing for any other text.
std::optional<LogLevel> parse_log_level(std::string_view name);

/// Takes records of many threads and writes each as one line of JSON: time (RFC 3339, UTC, microseconds), level, name,
/// message, id, further fields. A thread copies its line into a bounded buffer; one that finds nobody writing then
/// writes what is there, so that a process that is killed has written all but what was under way. Lines that find the
/// buffer full are lost, those of level debug at three quarters; how many is said in the log as soon as there is room.
/// A file that cannot be written makes nobody fail: its lines are counted. Thread-safe.
class Log {
public:
    struct Options {
        LogLevel level = LogLevel::Info;                  ///< the least that is written
        std::size_t buffer_bytes = std::size_t{1} << 20;  ///< of lines that wait; as much again is being written
        Clock* clock = nullptr;                           ///< nullptr = the machine's
    };
    explicit Log(std::unique_ptr<OutputFile> to, Options options);
    explicit Log(std::unique_ptr<OutputFile> to) : Log(std::move(to), Options()) {}
    /// Closes.
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool takes(LogLevel level) const { return level >= level_; }
    /// Adds a line, which ends with a line feed.
    void append(LogLevel level, std::string_view line);
    std::int64_t now_wall_ns() const { return clock_.wall_ns(); }

    /// Writes what waits and finishes the file; lines that come later are lost.
    void close();

    struct Counts {
        std::uint64_t written = 0;    ///< lines of callers
        std::uint64_t lost = 0;       ///< the buffer was full
        std::uint64_t unwritten = 0;  ///< the file could not be written
        std::string failure;          ///< why, the first time
    };
    Counts counts() const;

private:
    void write_waiting();
    void write(std::uint64_t count, std::uint64_t lost);
    void put(std::string_view lines);

    const LogLevel level_;
    const std::size_t buffer_bytes_;
    Clock& clock_;
    std::unique_ptr<OutputFile> to_;  // of the thread that writes
    bool is_cut_ = false;             // of the thread that writes: the last line may lack its end
    std::string writing_;             // of the thread that writes
    mutable std::mutex mutex_;
    std::condition_variable written_all_;
    std::string waiting_;  // guarded by mutex_, as all below
    std::uint64_t waiting_count_ = 0;
    bool is_writing_ = false;
    bool is_closed_ = false;
    std::uint64_t said_lost_ = 0;
    Counts counts_;
};

/// A value of a field: text, number or truth. Text lives only during the call.
class LogValue {
public:
    LogValue(std::string_view text) : value_(text) {}
    LogValue(const std::string& text) : value_(std::string_view(text)) {}
    LogValue(const char* text) : value_(std::string_view(text)) {}
    LogValue(bool truth) : value_(truth) {}
    LogValue(double number) : value_(number) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) LogValue(T number) {
        if constexpr (std::signed_integral<T>)
            value_ = static_cast<std::int64_t>(number);
        else
            value_ = static_cast<std::uint64_t>(number);
    }

private:
    friend class Logger;
    std::variant<std::string_view, bool, double, std::int64_t, std::uint64_t> value_;
};

/// A named value of a record.
struct LogField {
    std::string_view name;  ///< not time, level, name, message or id, and not of another field
    LogValue value;
};

/// Says something in a log, under a name, an id and fields of its own; a value to hand on. Without a log it says
/// nothing, at the cost of a load and a branch, and still carries the id. Texts are cut at 4 KiB; bytes that are no
/// UTF-8 become U+FFFD. Does not own the log. Thread-safe.
class Logger {
public:
    Logger() = default;
    /// Says nothing and carries an id.
    explicit Logger(CorrelationId id) : id_(id) {}
    /// `name` is that of a part of hone with dots ("engine", "invoice.extract"); `log` may be nullptr.
    Logger(Log* log, CorrelationId id, std::string_view name);

    /// True if records of this level are written: ask before putting texts together.
    bool is_on(LogLevel level) const { return log_ != nullptr && log_->takes(level); }
    const CorrelationId& id() const { return id_; }

    /// The same under another name.
    Logger named(std::string_view name) const;
    /// The same with one more field in every record.
    Logger with(std::string_view name, LogValue value) const;

    /// From now on no record of this logger, of those made from it and of those it was made from holds `secret`: it is
    /// replaced in messages and values. Values that with() was given before stay.
    void hide(std::string secret) const;

    using Fields = std::initializer_list<LogField>;
    void debug(std::string_view message, Fields fields = {}) const { say(LogLevel::Debug, message, fields); }
    void info(std::string_view message, Fields fields = {}) const { say(LogLevel::Info, message, fields); }
    void warning(std::string_view message, Fields fields = {}) const { say(LogLevel::Warning, message, fields); }
    void error(std::string_view message, Fields fields = {}) const { say(LogLevel::Error, message, fields); }
    void say(LogLevel level, std::string_view message, Fields fields) const {
        if (is_on(level)) [[unlikely]]
            write(level, message, fields);
    }

private:
    class Secrets;
    struct Scope;
    void write(LogLevel level, std::string_view message, Fields fields) const;

    Log* log_ = nullptr;
    CorrelationId id_;
    std::shared_ptr<const Scope> scope_;  // nullptr without a log
};

/// `wall_ns` since 1970 as "2026-11-26T17:08:52.123456Z" (RFC 3339).
std::string log_time(std::int64_t wall_ns);

}  // namespace hone
