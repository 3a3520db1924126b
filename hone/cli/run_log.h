#pragma once
#include <memory>

#include "hone/base/log.h"
#include "hone/cli/settings.h"

namespace hone::cli {

/// The log and the id that the settings give a run. At its end it says on stderr what the log lacks.
class RunLog {
public:
    /// Opens the log, if one is asked for. Fault::Usage for a wrong level or id; Error if the file cannot be opened.
    explicit RunLog(const Settings& settings);
    ~RunLog();
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;

    /// nullptr when no log is asked for.
    Log* log() const { return log_.get(); }
    /// As given, else created.
    CorrelationId id() const { return id_; }
    /// What the command line itself says.
    const Logger& logger() const { return logger_; }

private:
    CorrelationId id_;
    std::unique_ptr<Log> log_;
    Logger logger_;
};

}  // namespace hone::cli
