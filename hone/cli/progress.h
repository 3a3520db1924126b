#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "hone/engine/engine.h"

namespace hone::cli {

/// Shows how far long work is: one line that is drawn over on a terminal, a plain line every 10 s elsewhere. Nothing is
/// shown in the first half second. Thread-safe.
class ProgressLine {
public:
    enum class How { Terminal, Plain, Off };
    explicit ProgressLine(How how);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const Progress& progress);
    /// Removes the line.
    void clear();

    /// Reads the setting: auto, plain, off.
    static How parse(const std::string& text);

private:
    How how_;
    std::mutex mutex_;
    std::string what_;
    std::int64_t begun_ns_;
    std::int64_t stage_ns_ = 0;
    std::int64_t next_ns_;
    bool is_drawn_ = false;
};

}  // namespace hone::cli
