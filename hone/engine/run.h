#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "hone/base/codec.h"
#include "hone/base/issue.h"
#include "hone/base/log.h"
#include "hone/cache/digest_store.h"
#include "hone/engine/outputs.h"
#include "hone/formats/document_reader.h"
#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"
#include "hone/table/csv_reader.h"
#include "hone/table/spill.h"
#include "hone/watch/trace.h"

namespace hone {

struct RunContext;

/// A declared file as a task may read it: its content is part of the key, its path is not.
struct Input {
    std::string label;  ///< parameter name ("production", "files#2"): what Issues carry until they are shown
    Path path;
    FileDigest digest;
    std::uint64_t size_bytes() const { return digest.size; }
};

/// A file or folder of a parameter that takes folders, which could not be opened. It is no input.
struct LostInput {
    Path path;
    std::string reason;      ///< what the system said
    bool is_folder = false;  ///< then what is in it is not known
};

/// What a map does with an item that failed.
enum class OnError {
    Throw,  ///< the error of the lowest index ends the run
    Issue   ///< Input, NotFound and Limit become an Issue of severity error; the item's result is absent
};

/// Streams one artifact of a run. finish() or lose it.
class ArtifactSink {
public:
    ArtifactSink(std::vector<Artifact>& list, std::string name, std::string media, std::unique_ptr<BlobWriter> writer);
    void write(std::string_view text) { writer_->write(text); }
    void finish();

private:
    std::vector<Artifact>& list_;
    std::string name_, media_;
    std::unique_ptr<BlobWriter> writer_;
};

/// What a task works with. Verbs have a plain meaning (a loop, a fold, a call) and pass one gate that decides how they
/// are run; nothing of that reaches the result. One Run belongs to one thread; map and memo hand out their own.
class Run {
public:
    explicit Run(RunContext& context);
    /// A part of a run: an item, a memo.
    Run(RunContext& context, Logger log);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// The content of a file parameter; Fault::Bug if it is not declared or was left empty.
    const Input& input(std::string_view parameter, std::size_t index = 0) const;
    bool has_input(std::string_view parameter) const;
    /// How many files a parameter stands for: folders count by the files below them.
    std::size_t input_count(std::string_view parameter) const;
    /// What could not be opened of a parameter that takes folders, in order. The engine reports each as an Issue
    /// `input.unreadable`; a task may show them in its result, too.
    std::span<const LostInput> lost_inputs(std::string_view parameter) const;
    Files& files() const;

    /// All bytes of an input that is small enough to be held (a document, not a table); Fault::Input "changed while
    /// read" unless they are those of the key, Fault::Limit if the budget has no room for them.
    std::string read(const Input& input) const;

    /// Reads PDFs in processes of their own. Only for tasks declared `.reading_documents()`. Its calls wait for another
    /// process: make them inside of exec().blocking(). A document that cannot be read is an answer, no error.
    DocumentReader& documents() const;

    /// Findings of this run (of this item or memo, which are merged in index order).
    IssueList& issues() { return issues_; }

    /// Calls fn(run, i) for i in 0..n-1 and returns the results in index order. Use it for items of some 50
    /// microseconds and more.
    template <class T, class Fn>
    std::vector<T> map(std::string_view site, std::size_t n, Fn&& fn) {
        std::vector<T> results(n);
        map_items(site, n, OnError::Throw, [&](Run& item, std::size_t i) { results[i] = fn(item, i); });
        return results;
    }
    /// The same, but failed items give an Issue and no result.
    template <class T, class Fn>
    std::vector<std::optional<T>> map_or_issue(std::string_view site, std::size_t n, Fn&& fn) {
        std::vector<std::optional<T>> results(n);
        map_items(site, n, OnError::Issue, [&](Run& item, std::size_t i) { results[i] = fn(item, i); });
        return results;
    }

    /// Folds blocks of a size fixed in the task's code, in block order: the same bits for any number of threads.
    template <class T, class Partial, class Combine>
    T reduce(std::string_view site, std::size_t n, std::size_t block, T zero, Partial&& partial, Combine&& combine) {
        return exec().reduce(site, n, block, std::move(zero), std::forward<Partial>(partial),
                             std::forward<Combine>(combine));
    }

    /// One pass over a CSV input in pieces that fit the budget, in file order; checks that the bytes are those of the
    /// key. `consume` is never called twice at once.
    void chunks(std::string_view site, const Input& input, std::span<const CsvColumn> wanted, CsvOptions options,
                const std::function<void(CsvChunk&)>& consume);
    /// Into how many pieces work that needs `bytes` of memory must be cut to fit what is left of the budget beside
    /// `whole_bytes`, which cutting does not make less: 1 when it fits. Fault::Limit if more than 100 were needed. The
    /// number belongs to the engine and must not show in the result.
    std::size_t pieces_for(std::uint64_t bytes, std::uint64_t whole_bytes = 0) const;
    /// Whether work that would need `bytes` of memory at once should keep its data in temporary files (spill()),
    /// because less can be had of the budget. Belongs to the engine like pieces_for(). Who does so says why by
    /// fallback().
    bool spills(std::uint64_t bytes) const;
    /// Budget, files and folder for temporary files of this run.
    Spill spill() const;

    /// The value of fn(run, args...), remembered in memory and on disk if it is worth it. The key is application, name,
    /// revision and the arguments (an Input counts by its digest), so fn must depend on nothing else: it is a plain
    /// function. Issues and artifacts of fn are remembered with the value, and are added to this Run once, however
    /// often it asks.
    template <class T, class... Params, class... Args>
    std::shared_ptr<const T> memo(std::string_view name, std::uint32_t revision, T (*fn)(Run&, Params...),
                                  const Args&... args);

    /// Opens an artifact that is streamed to the work folder. It is listed at finish().
    ArtifactSink artifact(std::string name, std::string media);
    /// A named scope for traces and stage times.
    class Stage {
    public:
        Stage(RunContext& context, std::string_view name);
        ~Stage();
        Stage(const Stage&) = delete;
        Stage& operator=(const Stage&) = delete;

    private:
        RunContext& context_;
        std::string name_;
        std::int64_t start_ns_;
        Span span_;
    };
    [[nodiscard]] Stage span(std::string_view name) { return Stage(*context_, name); }

    /// Where this run (item, memo) says what happens, for operators; never the place of a result. An item gives all
    /// that is said on its behalf, by memos and document readers too, a field: run.set_log(run.log().with("row", i)).
    /// A secret that is no parameter is made known first: run.log().hide(password).
    const Logger& log() const { return log_; }
    void set_log(Logger log) { log_ = std::move(log); }
    /// Seconds since this run (item, memo) began, for what it says in the log and nothing else: 0 when nothing is said.
    double logged_seconds() const;

    /// Adds the wall time of a scope to that of one item ("document" number 7): Execution tells how long items took
    /// (p50, p95), and no result does. Scopes of the same item may follow each other.
    class ItemTime {
    public:
        ItemTime(RunContext& context, std::string_view what, std::size_t item);
        ~ItemTime();
        ItemTime(const ItemTime&) = delete;
        ItemTime& operator=(const ItemTime&) = delete;

    private:
        RunContext& context_;
        std::string what_;
        std::size_t item_;
        std::int64_t start_ns_;
    };
    [[nodiscard]] ItemTime item_time(std::string_view what, std::size_t item) { return {*context_, what, item}; }

    /// Says that what this run (item, memo) gives depends on more than its arguments, such as a process that was
    /// killed: neither it nor anything that is made of it (the memos and the result around it) is kept. Execution tells
    /// the reasons.
    void do_not_keep(std::string_view reason);

    /// Tells a person how far it is.
    void progress(std::string_view what, std::uint64_t done, std::uint64_t total) const;
    /// Remembers why a fallback was taken; shown by --explain.
    void fallback(std::string_view reason) const;

    const Exec& exec() const;
    Budget& budget() const;
    const Cancel& cancel() const { return exec().cancel(); }

private:
    friend class Engine;
    struct MemoCodec {
        const std::type_info* type;
        std::uint32_t version;
        std::function<std::uint64_t(const void*)> weight;
        std::function<void(Encoder&, const void*)> encode;
        std::function<std::shared_ptr<const void>(Decoder&, Budget&)> decode;
    };
    void map_items(std::string_view site, std::size_t n, OnError on_error,
                   const std::function<void(Run&, std::size_t)>& body);
    struct MemoArguments {
        std::string encoded;
        std::vector<Path> files;  ///< of the Inputs among them
    };
    std::shared_ptr<const void> memo_erased(std::string_view name, std::uint32_t revision, const MemoCodec& codec,
                                            const MemoArguments& arguments,
                                            const std::function<std::shared_ptr<const void>(Run&)>& compute);
    void absorb(Run& item);

    RunContext* context_;
    Logger log_;
    std::int64_t start_ns_;  ///< 0 when nothing is logged
    IssueList issues_;
    std::vector<Artifact> artifacts_;
    std::set<Digest> taken_memos_;  ///< whose Issues and artifacts are in these
    std::string not_kept_;          ///< the first reason; empty: may be kept
};

/// Arguments of a memo: an Input by its content, anything else by its codec.
template <class T>
void encode_memo_argument(Encoder& out, const T& value) {
    if constexpr (std::same_as<T, Input>) {
        out.text(value.label);
        Codec<Digest>::encode(out, value.digest.digest);
    } else {
        out.u32(Codec<T>::kVersion);
        Codec<T>::encode(out, value);
    }
}

template <class T, class... Params, class... Args>
std::shared_ptr<const T> Run::memo(std::string_view name, std::uint32_t revision, T (*fn)(Run&, Params...),
                                   const Args&... args) {
    MemoCodec codec{&typeid(T), Codec<T>::kVersion,
                    [](const void* value) -> std::uint64_t { return static_cast<const T*>(value)->memory_bytes(); },
                    [](Encoder& out, const void* value) { Codec<T>::encode(out, *static_cast<const T*>(value)); },
                    [](Decoder& in, Budget& budget) -> std::shared_ptr<const void> {
                        if constexpr (requires { Codec<T>::decode(in, budget); })
                            return std::make_shared<const T>(Codec<T>::decode(in, budget));
                        else
                            return std::make_shared<const T>(Codec<T>::decode(in));
                    }};
    Encoder encoded;
    (encode_memo_argument(encoded, args), ...);
    MemoArguments arguments{encoded.take(), {}};
    const auto add_file = [&arguments](const auto& arg) {
        if constexpr (std::same_as<std::remove_cvref_t<decltype(arg)>, Input>) arguments.files.push_back(arg.path);
    };
    (add_file(args), ...);
    const auto value = memo_erased(name, revision, codec, arguments, [&](Run& run) -> std::shared_ptr<const void> {
        return std::make_shared<const T>(fn(run, args...));
    });
    return std::static_pointer_cast<const T>(value);
}

}  // namespace hone
