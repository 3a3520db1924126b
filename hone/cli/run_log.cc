#include "hone/cli/run_log.h"

#include "hone/base/log_file.h"
#include "hone/base/text.h"
#include "hone/cli/present.h"

namespace hone::cli {
namespace {

LogLevel level_of(const Settings& settings) {
    const std::string text = settings.value("log-level");
    if (text.empty()) return LogLevel::Info;
    const auto level = parse_log_level(text);
    if (!level) fail(Fault::Usage, "--log-level: expected debug, info, warning or error, found '", text, "'");
    return *level;
}

CorrelationId id_of(const Settings& settings) {
    const std::string text = settings.value("correlation-id");
    if (text.empty()) return CorrelationId::create();
    const auto id = CorrelationId::parse(text);
    if (!id)
        fail(Fault::Usage, "--correlation-id: expected 32 hexadecimal digits, not all 0, or a traceparent, found '",
             text, "'");
    return *id;
}

std::unique_ptr<Log> open_log(const Settings& settings) {
    const LogLevel level = level_of(settings);  // a wrong one shows without a log too
    const std::string file = settings.value("log");
    if (file.empty() || file == "off") return nullptr;
    return std::make_unique<Log>(file == "-" ? standard_error() : open_log_file(file), Log::Options{level});
}

}  // namespace

RunLog::RunLog(const Settings& settings)
    : id_(id_of(settings)), log_(open_log(settings)), logger_(log_.get(), id_, "cli") {}

RunLog::~RunLog() {
    if (!log_) return;
    log_->close();
    const Log::Counts counts = log_->counts();
    if (counts.lost > 0) say(cat("hone: the log lost ", counts.lost, " records: more came than could be written\n"));
    if (counts.unwritten > 0 || !counts.failure.empty())
        say(cat("hone: the log lacks ", counts.unwritten, " records: ", counts.failure, '\n'));
}

}  // namespace hone::cli
