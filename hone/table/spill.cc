#include "hone/table/spill.h"

#include <algorithm>
#include <utility>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone {
namespace {

SpilledRun new_run(const Spill& spill, std::string_view what) {
    check(spill.budget != nullptr, "an operation that may spill has a budget");
    if (spill.files == nullptr)
        fail(Fault::Limit, "a ", what, " does not fit its memory and has no folder to spill to; ",
             spill.budget->describe());
    spill.files->make_folders(spill.folder, true);
    return {*spill.files, temporary_beside(spill.folder / what)};
}

}  // namespace

bool can_have(Budget& budget, std::uint64_t bytes) {
    return budget.available() >= bytes || (budget.attainable() >= bytes && budget.try_reserve(bytes).has_value());
}

SpilledRun::SpilledRun(SpilledRun&& other) noexcept
    : files_(other.files_), path_(std::exchange(other.path_, Path())), frames_(std::move(other.frames_)) {}

SpilledRun& SpilledRun::operator=(SpilledRun&& other) noexcept {
    if (this == &other) return *this;
    remove();
    files_ = other.files_;
    path_ = std::exchange(other.path_, Path());
    frames_ = std::move(other.frames_);
    return *this;
}

void SpilledRun::remove() noexcept {
    if (path_.empty()) return;
    try {
        files_->remove(path_);
    } catch (const Error&) {
        // A file that stays is taken by remove_leftovers() when this process has ended.
    }
}

std::uint64_t SpilledRun::largest_chunk_bytes() const {
    std::uint64_t largest = 0;
    for (const Frame& frame : frames_)
        largest = std::max(largest, frame.size + frame.memory_bytes);
    return largest;
}

SpillWriter::SpillWriter(const Spill& spill, std::string_view what)
    : budget_(*spill.budget), run_(new_run(spill, what)), file_(spill.files->create(run_.path(), true)) {}

void SpillWriter::append(const Table& table) {
    const std::uint64_t memory_bytes = table.memory_bytes();
    const Reservation memory = budget_.reserve(memory_bytes);
    const std::string bytes = encode_value(table);
    run_.add({size_, bytes.size(), hash64(bytes), memory_bytes + table.rows() * sizeof(std::uint64_t)});
    file_->append(as_bytes(bytes));
    size_ += bytes.size();
}

SpilledRun SpillWriter::finish() {
    file_->finish();
    file_.reset();
    return std::move(run_);
}

SpilledChunks::SpilledChunks(SpilledRun run, Budget& budget)
    : run_(std::move(run)), budget_(budget), file_(run_.files().open(run_.path())) {}

std::optional<Chunk> SpilledChunks::next(const Exec& exec) {
    exec.cancel().check();
    if (at_ == run_.frames().size()) return std::nullopt;
    const SpilledRun::Frame& frame = run_.frames()[at_];
    Reservation memory = budget_.reserve(frame.size + frame.memory_bytes);
    std::string bytes(frame.size, '\0');
    const std::size_t read = file_->read_at(frame.offset, std::as_writable_bytes(std::span(bytes)));
    if (read != frame.size || hash64(bytes) != frame.hash)
        fail(Fault::System,
             "a temporary file is damaged: what was read is not what was written: ", run_.path().string());
    Table table = decode_value<Table>(bytes);
    memory.resize(std::max(frame.memory_bytes, table.memory_bytes()));
    ++at_;
    return Chunk{std::move(table), std::move(memory)};
}

}  // namespace hone
