#include "hone/engine/run.h"

#include <algorithm>

#include "hone/base/text.h"
#include "hone/engine/engine_parts.h"

namespace hone {
namespace {

/// What a memo keeps: the value, and the Issues and artifacts of its computation.
struct MemoEntry {
    std::shared_ptr<const void> value;
    Outputs side;
    std::string not_kept;  ///< why it is not; such an entry is never written
};

/// What a memo may be dropped by: its files, or all inputs if it names none and so may come from any.
std::vector<std::string> memo_tags(const RunContext& context, std::string_view name, const std::vector<Path>& files) {
    std::vector<std::string> tags = {cat("app:", context.app), cat("task:", context.app, '/', name)};
    for (const Path& file : files)
        tags.push_back(file_tag(file));
    if (!files.empty()) return tags;
    for (const auto& [label, input] : context.inputs)
        tags.push_back(file_tag(input.path));
    return tags;
}

}  // namespace

Run::Run(RunContext& context) : Run(context, context.task_log) {}

Run::Run(RunContext& context, Logger log)
    : context_(&context),
      log_(std::move(log)),
      start_ns_(log_.is_on(LogLevel::Error) ? context.parts.clock.monotonic_ns() : 0) {}

double Run::logged_seconds() const {
    return start_ns_ == 0 ? 0 : static_cast<double>(context_->parts.clock.monotonic_ns() - start_ns_) / 1e9;
}

ArtifactSink::ArtifactSink(std::vector<Artifact>& list, std::string name, std::string media,
                           std::unique_ptr<BlobWriter> writer)
    : list_(list), name_(std::move(name)), media_(std::move(media)), writer_(std::move(writer)) {}

void ArtifactSink::finish() {
    list_.push_back({std::move(name_), std::move(media_), nullptr, writer_->finish()});
}

const Input& Run::input(std::string_view parameter, std::size_t index) const {
    const std::string label = index == 0 ? std::string(parameter) : cat(parameter, '#', index + 1);
    const auto at = context_->inputs.find(label);
    check(at != context_->inputs.end(), cat("a task reads only declared inputs that were given: ", label));
    return at->second;
}

bool Run::has_input(std::string_view parameter) const {
    return context_->inputs.contains(parameter);
}

std::size_t Run::input_count(std::string_view parameter) const {
    const auto at = context_->input_counts.find(parameter);
    return at == context_->input_counts.end() ? 0 : at->second;
}

std::span<const LostInput> Run::lost_inputs(std::string_view parameter) const {
    const auto at = context_->lost_inputs.find(parameter);
    return at == context_->lost_inputs.end() ? std::span<const LostInput>() : at->second;
}

std::string Run::read(const Input& input) const {
    const Reservation held = budget().reserve(input.size_bytes());
    std::string bytes = read_file(files(), input.path);
    std::vector<Digest> blocks;
    for (std::size_t at = 0; at < bytes.size(); at += FileDigest::kBlockBytes)
        blocks.push_back(digest_of(std::string_view(bytes).substr(at, FileDigest::kBlockBytes)));
    if (bytes.size() != input.size_bytes() || blocks != input.digest.blocks)
        fail(Fault::Input, "file changed while read: ", input.path);
    return bytes;
}

Files& Run::files() const {
    return context_->parts.files;
}
const Exec& Run::exec() const {
    return context_->exec;
}
DocumentReader& Run::documents() const {
    check(!context_->document_reader.empty(), "a task that reads documents says so (Task::reading_documents)");
    return context_->parts.documents;
}

Budget& Run::budget() const {
    return context_->parts.run_budget;
}

void Run::absorb(Run& item) {
    issues_.merge(item.issues_);
    std::ranges::move(item.artifacts_, std::back_inserter(artifacts_));
    if (not_kept_.empty()) not_kept_ = item.not_kept_;
}

void Run::map_items(std::string_view site, std::size_t n, OnError on_error,
                    const std::function<void(Run&, std::size_t)>& body) {
    std::vector<std::unique_ptr<Run>> items(n);
    exec().for_each(site, n, [&](std::size_t i) {
        items[i] = std::make_unique<Run>(*context_, log_);
        try {
            body(*items[i], i);
        } catch (const Error& error) {
            const bool is_of_item =
                error.fault() == Fault::Input || error.fault() == Fault::NotFound || error.fault() == Fault::Limit;
            // A deadline that passes is not the item's error, though it is a Limit too.
            if (on_error == OnError::Throw || !is_of_item || cancel().requested()) throw;
            items[i]->issues_.add({.id = error.id().empty() ? cat(context_->app, ".item-failed") : error.id(),
                                   .severity = Severity::Error,
                                   .message = error.message()});
        }
    });
    for (const auto& item : items)
        absorb(*item);
}

void Run::chunks(std::string_view site, const Input& input, std::span<const CsvColumn> wanted, CsvOptions options,
                 const std::function<void(CsvChunk&)>& consume) {
    const Stage stage = span(site);
    options.expected_blocks = input.digest.blocks;
    if (context_->parts.options.most_pieces > 1) options.most_chunks_at_once = 1;
    CsvReader reader(files(), input.path, std::move(options));
    const std::uint64_t total = reader.size_bytes();
    reader.read(wanted, exec(), budget(), [&](CsvChunk& chunk) {
        context_->rows_read += chunk.rows;
        consume(chunk);
        context_->extend_leases();
        if (const auto& tell = context_->parts.options.progress)
            tell({std::string(site), std::min(total, (chunk.index + 1) * FileDigest::kBlockBytes), total, true});
    });
}

std::size_t Run::pieces_for(std::uint64_t bytes, std::uint64_t whole_bytes) const {
    constexpr std::uint64_t kMostPieces = 100;
    const std::size_t asked = context_->parts.options.most_pieces;
    if (asked > 0) return asked;
    const std::uint64_t available = budget().attainable();
    // Estimates are careful: with little room it may go well all the same.
    const std::uint64_t left = available > whole_bytes ? available - whole_bytes : 0;
    const std::uint64_t room = std::max<std::uint64_t>({left, available / 8, 1});
    const std::uint64_t pieces = std::max<std::uint64_t>(1, bytes / room + (bytes % room != 0 ? 1 : 0));
    if (pieces > kMostPieces)
        fail(Fault::Limit, "the memory is too small to work in pieces: about ",
             human_bytes(whole_bytes + bytes / kMostPieces), " are needed; ", budget().describe());
    if (pieces > 1)
        context_->record("pieces",
                         {.site = "memory",
                          .items = pieces,
                          .reason = cat("needs ", human_bytes(bytes), " in pieces and ", human_bytes(whole_bytes),
                                        " besides; ", human_bytes(available), " can be had")});
    return static_cast<std::size_t>(pieces);
}

bool Run::spills(std::uint64_t bytes) const {
    return context_->parts.options.most_pieces > 1 || bytes > budget().attainable();
}

Spill Run::spill() const {
    return {&budget(), &files(), context_->work_folder};
}

std::shared_ptr<const void> Run::memo_erased(std::string_view name, std::uint32_t revision, const MemoCodec& codec,
                                             const MemoArguments& arguments,
                                             const std::function<std::shared_ptr<const void>(Run&)>& compute) {
    const auto compute_entry = [&] {
        Run part(*context_, log_);
        auto entry = std::make_shared<MemoEntry>();
        entry->value = compute(part);
        entry->side.issues() = std::move(part.issues_);
        for (Artifact& artifact : part.artifacts_)
            entry->side.add(std::move(artifact));
        entry->not_kept = part.not_kept_;
        return std::shared_ptr<const MemoEntry>(std::move(entry));
    };
    const std::string arguments_digest = digest_of(arguments.encoded).hex();
    const std::string type = cat(codec.type->name(), ' ', codec.version);
    const auto take = [&](const MemoEntry& entry) {
        const Digest own = digest_of(cat(name, '\0', revision, '\0', type, '\0', arguments_digest));
        if (!taken_memos_.insert(own).second) return entry.value;
        issues_.merge(entry.side.issues());
        for (const Artifact& artifact : entry.side.artifacts())
            artifacts_.push_back(artifact);
        if (!entry.not_kept.empty()) do_not_keep(entry.not_kept);
        return entry.value;
    };
    if (!context_->uses_store) return take(*compute_entry());

    StoreRequest request;
    KeyBuilder key(context_->app, std::string(name));
    key.add("release", release()).add("revision", cat(revision));
    key.add("type", type).add("arguments", arguments_digest);
    if (!context_->document_reader.empty()) key.add("document reader", context_->document_reader);
    request.key = key.build();
    request.tags = memo_tags(*context_, name, arguments.files);
    request.log = log_;
    request.compute = [&] {
        auto entry = compute_entry();
        const std::uint64_t weight = codec.weight(entry->value.get()) + entry->side.memory_bytes();
        return CachedValue::of(std::move(entry), weight, {});
    };
    request.refusal = [](const CachedValue& value) { return value.as<MemoEntry>()->not_kept; };
    request.encode = [&](const CachedValue& value) {
        const auto entry = value.as<MemoEntry>();
        store_large_blobs(context_->parts, context_->app, entry->side, value.facts.cost_ns);
        Encoder out;
        codec.encode(out, entry->value.get());
        encode_outputs(out, entry->side);
        return out.take();
    };
    request.decode = [&](std::string_view bytes) -> std::optional<CachedValue> {
        Decoder in(bytes);
        auto entry = std::make_shared<MemoEntry>();
        entry->value = codec.decode(in, budget());
        auto side = decode_outputs(in, [this](std::uint64_t size, Digest digest) {
            return find_large_blob(context_->parts, context_->app, size, digest);
        });
        if (!side) return std::nullopt;
        entry->side = std::move(*side);
        const std::uint64_t weight = codec.weight(entry->value.get()) + entry->side.memory_bytes();
        return CachedValue::of(std::shared_ptr<const MemoEntry>(std::move(entry)), weight, {});
    };
    const Stored stored = find_or_compute(*context_, request, "memo");
    return take(*stored.value.as<MemoEntry>());
}

ArtifactSink Run::artifact(std::string name, std::string media) {
    auto writer = std::make_unique<BlobWriter>(files(), context_->work_folder, budget(), context_->parts.blob_room);
    return {artifacts_, std::move(name), std::move(media), std::move(writer)};
}

Run::Stage::Stage(RunContext& context, std::string_view name)
    : context_(context), name_(name), start_ns_(context.parts.clock.monotonic_ns()), span_(context.parts.trace, name) {}

Run::Stage::~Stage() {
    context_.record_stage(name_, context_.parts.clock.monotonic_ns() - start_ns_);
}

Run::ItemTime::ItemTime(RunContext& context, std::string_view what, std::size_t item)
    : context_(context), what_(what), item_(item), start_ns_(context.parts.clock.monotonic_ns()) {}

Run::ItemTime::~ItemTime() {
    context_.record_item(what_, item_, context_.parts.clock.monotonic_ns() - start_ns_);
}

void Run::do_not_keep(std::string_view reason) {
    if (not_kept_.empty()) not_kept_ = reason;
    context_->record_not_kept(reason);
}

void Run::progress(std::string_view what, std::uint64_t done, std::uint64_t total) const {
    context_->extend_leases();
    if (context_->parts.options.progress) context_->parts.options.progress({std::string(what), done, total});
}

void Run::fallback(std::string_view reason) const {
    context_->record_fallback(reason);
}

}  // namespace hone
