#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "hone/formats/document_protocol.h"

namespace hone::documents {

/// Owns a file descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor();
    int number() const { return number_; }

private:
    int number_ = -1;
};

/// A sealed memory file with these bytes, for handing over. Throws Fault::System.
Descriptor memory_file(std::string_view bytes);

/// One warm hone-docworker. It ends, and its children with it, when this object goes or this process ends for whatever
/// reason: then its control socket is closed. Thread-safe except for hello().
class WorkerProcess {
public:
    /// Starts `executable` with an environment that says nothing about this process. Throws Fault::NotFound or System.
    explicit WorkerProcess(const std::string& executable);
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// What it says of itself: version, line feed, confinement; waits for it, at most `milliseconds`. Empty if nothing
    /// came. Call once.
    std::string hello(int milliseconds);
    /// Has a child forked that serves `document` and hands back hone's end of its socket; without a number if the
    /// worker is gone.
    /// `number` is given once; `correlation` names the run that asks.
    Descriptor start(const Descriptor& document, std::uint64_t number, CorrelationId correlation);
    /// Has the child of this number killed, if it is still there.
    void kill(std::uint64_t number, CorrelationId correlation);

    std::int64_t process_id() const { return process_; }

private:
    Descriptor control_;
    std::int64_t process_ = 0;
};

}  // namespace hone::documents
