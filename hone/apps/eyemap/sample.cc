#include "hone/apps/eyemap/sample.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <tuple>

#include "hone/apps/eyemap/sample_columns.h"
#include "hone/apps/eyemap/sample_plan.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kJobsOfRound = 8;
constexpr std::uint64_t kBytesOfJob = std::uint64_t{4} << 20;

enum File : std::size_t { kSynapses, kRois, kColumns, kDocument, kUniverse, kAssigned, kFiles };

using Wanted = std::array<bool, kFiles>;

/// What one job adds to each file.
struct Pieces {
    std::array<std::string, kFiles> text;
    std::array<std::uint64_t, kFiles> rows{};
};

char letter(Side side) {
    return side == Side::Left ? 'L' : 'R';
}

/// Writes the rows of a job as lines of the tables.
class JobWriter {
public:
    JobWriter(const SamplePlan& plan, const SampleJob& job, const Wanted& wanted, Pieces& pieces)
        : plan_(plan), job_(job), wanted_(wanted), pieces_(pieces) {}

    void run() {
        std::vector<SampleRow> rows;
        SampleCells(plan_.lattice, plan_.types[job_.type], job_.side, plan_.key)
            .append_rows(job_.low, job_.high, job_.first, rows);
        apply_faults(rows);
        if (wanted_[kSynapses]) write_synapses(rows);
        if (wanted_[kRois]) write_rois(rows);
        if (wanted_[kColumns] || wanted_[kDocument]) write_columns(rows);
    }

private:
    void apply_faults(std::vector<SampleRow>& rows) const {
        constexpr std::int64_t kConstant = 7;
        if (plan_.only) std::erase_if(rows, [&](const SampleRow& row) { return !plan_.keeps(row.region, row.hex); });
        if (!plan_.is_constant) return;
        for (SampleRow& row : rows)
            row.synapses = kConstant;
    }
    const std::string& region_name(std::size_t region) const { return plan_.lattice.regions()[region].name; }

    void write_synapses(std::span<const SampleRow> rows) {
        std::string& out = pieces_.text[kSynapses];
        constexpr std::size_t kBytesOfRow = 56;
        out.reserve(rows.size() * (kBytesOfRow + plan_.csv_names[job_.type].size()));
        std::string start;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const SampleRow& row = rows[i];
            if (i == 0 || row.body != rows[i - 1].body || row.region != rows[i - 1].region)
                start = cat(plan_.csv_names[job_.type], ',', row.body, ',', letter(row.soma), ',',
                            region_name(row.region), ',', letter(row.side), ',');
            out += start;
            append_int64(out, row.hex.hex1);
            out += ',';
            append_int64(out, row.hex.hex2);
            out += ',';
            if (row.layer > 0) append_int64(out, row.layer);
            for (const std::int64_t count : {row.synapses, row.pre(), row.post()}) {
                out += ',';
                append_int64(out, count);
            }
            out += '\n';
        }
        pieces_.rows[kSynapses] = rows.size();
    }

    struct Roi {
        std::uint8_t region;
        Hex hex;
        std::int64_t pre;
        std::int64_t post;
    };
    void write_rois(std::span<const SampleRow> rows) {
        for (std::size_t begin = 0; begin < rows.size();) {
            std::size_t end = begin;
            std::vector<Roi> rois;
            for (; end < rows.size() && rows[end].body == rows[begin].body; ++end) {
                const SampleRow& row = rows[end];
                if (rois.empty() || rois.back().region != row.region || rois.back().hex != row.hex)
                    rois.push_back({row.region, row.hex, 0, 0});
                rois.back().pre += row.pre();
                rois.back().post += row.post();
            }
            std::ranges::sort(
                rois, [](const Roi& a, const Roi& b) { return std::tie(a.region, a.hex) < std::tie(b.region, b.hex); });
            for (const Roi& roi : rois)
                write_roi(rows[begin], roi);
            begin = end;
        }
    }
    void write_roi(const SampleRow& row, const Roi& roi) {
        pieces_.text[kRois] +=
            cat(plan_.csv_names[job_.type], ',', row.body, ',', letter(row.soma), ',', region_name(roi.region), '_',
                letter(row.side), "_col_", roi.hex.hex1, '_', roi.hex.hex2, ',', roi.pre, ',', roi.post, '\n');
        ++pieces_.rows[kRois];
    }

    void write_columns(std::span<const SampleRow> rows) {
        for (const SampleColumn& column : sample_columns(plan_.lattice, rows)) {
            if (wanted_[kColumns])
                append_column_line(pieces_.text[kColumns], plan_.lattice, plan_.csv_names[job_.type], column);
            ++pieces_.rows[kColumns];
            if (!wanted_[kDocument]) continue;
            std::string& document = pieces_.text[kDocument];
            if (!document.empty()) document += ",\n";
            append_column_json(document, plan_.lattice, column);
        }
    }

    const SamplePlan& plan_;
    const SampleJob& job_;
    const Wanted& wanted_;
    Pieces& pieces_;
};

/// The files of one sample.
class Writer {
public:
    Writer(const SamplePlan& plan, Wanted wanted, const std::array<std::uint64_t, kFiles>& rows, const SampleOpen& open)
        : plan_(plan), wanted_(wanted) {
        for (std::size_t i = 0; i < kFiles; ++i) {
            if (!wanted_[i]) continue;
            const std::string name = cat(sample_kinds()[i], i == kDocument ? ".json" : ".csv");
            if (i == kDocument)
                files_[i] = std::make_unique<SampleFile>(name, open(name));
            else
                files_[i] = std::make_unique<SampleFile>(name, header(i), open(name), plan.faults.lines(),
                                                         plan.faults.edits(name, rows[i]));
        }
    }

    void write_all(const Exec& exec) {
        if (wanted_[kDocument]) begin_document();
        std::vector<Pieces> round;
        for (std::size_t begin = 0; begin < plan_.jobs.size(); begin += kJobsOfRound) {
            const std::size_t count = std::min(kJobsOfRound, plan_.jobs.size() - begin);
            round.assign(count, {});
            exec.for_each("sample", count,
                          [&](std::size_t i) { JobWriter(plan_, plan_.jobs[begin + i], wanted_, round[i]).run(); });
            for (std::size_t i = 0; i < count; ++i)
                write_pieces(plan_.jobs[begin + i], round[i]);
        }
        if (wanted_[kDocument]) end_document();
        if (wanted_[kUniverse]) write_universe();
        if (wanted_[kAssigned]) write_loose_cells();
    }

    std::array<std::uint64_t, kFiles> rows() const {
        std::array<std::uint64_t, kFiles> rows{};
        for (std::size_t i = 0; i < kFiles; ++i)
            if (files_[i]) rows[i] = files_[i]->rows();
        return rows;
    }
    Json entries() const {
        Json entries = Json::array();
        for (const auto& file : files_)
            if (file) entries.push(file->entry());
        return entries;
    }
    Json faults() const {
        Json faults = Json(plan_.faults.whole_entries());
        for (const auto& file : files_)
            if (file)
                for (const Json& entry : file->faults())
                    faults.push(entry);
        return faults;
    }

private:
    std::string header(std::size_t file) const {
        switch (file) {
            case kSynapses:
                return "type,body_id,soma_side,region,side,hex1,hex2,layer,synapses,pre,post";
            case kRois:
                return "type,body_id,soma_side,roi,pre,post";
            case kColumns:
                return sample_columns_header(plan_.lattice);
            case kUniverse:
                return "region,side,hex1,hex2";
            default:
                return "type,body_id,hex1,hex2";
        }
    }

    void write_pieces(const SampleJob& job, const Pieces& pieces) {
        for (const File file : {kSynapses, kRois, kColumns})
            if (files_[file]) files_[file]->write(pieces.text[file], pieces.rows[file]);
        if (!files_[kDocument]) return;
        begin_types(job.type + 1);
        if (pieces.text[kDocument].empty()) return;
        files_[kDocument]->write(has_columns_ ? ",\n" : "\n");
        files_[kDocument]->write(pieces.text[kDocument]);
        has_columns_ = true;
    }

    Mask mask_of(std::size_t region) const {
        if (plan_.only && plan_.only->first == region) return {plan_.only->second};
        return plan_.lattice.regions()[region].mask;
    }

    void begin_document() {
        Json regions = Json::array();
        Json universe = Json::object();
        for (std::size_t i = 0; i < plan_.lattice.regions().size(); ++i) {
            const SampleRegion& region = plan_.lattice.regions()[i];
            Json entry = Json::object();
            regions.push(std::move(entry.set("name", region.name).set("layers", region.layers)));
            for (const Side side : plan_.sides)
                universe.set(cat(region.name, '_', letter(side)), mask_text(mask_of(i)));
        }
        Json about = Json::object();
        about.set("name", "sample").set("version", cat("key ", plan_.key)).set("licence", "CC0-1.0");
        about.set("complete", true);
        files_[kDocument]->write(cat("{\"format\":\"hone-eyemap\",\"version\":1,\"dataset\":", about.dump(0),
                                     ",\n\"regions\":", regions.dump(0), ",\n\"universe\":", universe.dump(0),
                                     ",\n\"types\":["));
    }
    /// Types up to `count` have begun, and all before them are ended.
    void begin_types(std::size_t count) {
        for (; begun_ < count; ++begun_) {
            if (begun_ > 0) files_[kDocument]->write("]},");
            files_[kDocument]->write(cat("\n{\"name\":", json_quote(plan_.types[begun_].name), ",\"columns\":["));
            has_columns_ = false;
        }
    }
    void end_document() {
        begin_types(plan_.types.size());
        files_[kDocument]->write(plan_.types.empty() ? "]}\n" : "]}]}\n");
    }

    void write_universe() {
        std::string lines;
        for (std::size_t i = 0; i < plan_.lattice.regions().size(); ++i)
            for (const Side side : plan_.sides) {
                const Mask mask = mask_of(i);
                for (const Hex hex : mask)
                    write_line(kUniverse, lines,
                               cat(plan_.lattice.regions()[i].name, ',', letter(side), ',', hex.hex1, ',', hex.hex2));
            }
        flush(kUniverse, lines);
    }

    /// Cells that a type of a catalogue has beyond those with columns.
    void write_loose_cells() {
        constexpr std::uint64_t kBodiesOfType = 10'000'000;
        constexpr std::uint64_t kFirstLoose = 9'000'000;
        std::string lines;
        for (std::size_t i = 0; i < plan_.types.size(); ++i) {
            const SampleType& type = plan_.types[i];
            std::int64_t loose = type.loose_cells;
            for (const Side side : plan_.sides) {
                const SampleCells cells(plan_.lattice, type, side, plan_.key);
                loose -= static_cast<std::int64_t>(cells.count_cells(0, cells.size()));
            }
            for (std::int64_t j = 0; j < loose; ++j)
                write_line(kAssigned, lines,
                           cat(plan_.csv_names[i], ',',
                               kBodiesOfType * type.number + kFirstLoose + static_cast<std::uint64_t>(j), ",,"));
        }
        flush(kAssigned, lines);
    }

    void write_line(File file, std::string& lines, std::string_view line) {
        constexpr std::size_t kFull = std::size_t{64} << 10;
        lines += line;
        lines += '\n';
        ++waiting_;
        if (lines.size() > kFull) flush(file, lines);
    }
    void flush(File file, std::string& lines) {
        files_[file]->write(lines, waiting_);
        lines.clear();
        waiting_ = 0;
    }

    const SamplePlan& plan_;
    Wanted wanted_;
    std::array<std::unique_ptr<SampleFile>, kFiles> files_;
    std::size_t begun_ = 0;  ///< types in the document
    bool has_columns_ = false;
    std::uint64_t waiting_ = 0;  ///< lines not yet written
};

Wanted wanted_files(const SampleOptions& options) {
    Wanted wanted{};
    for (std::size_t i = 0; i < kFiles; ++i) {
        const std::string& kind = sample_kinds()[i];
        wanted[i] = options.kinds.empty() || std::ranges::find(options.kinds, kind) != options.kinds.end();
    }
    wanted[kAssigned] = wanted[kAssigned] && options.is_catalogue;
    return wanted;
}

}  // namespace

const std::vector<std::string>& sample_kinds() {
    static const std::vector<std::string> kinds = {"synapses", "rois", "columns", "document", "universe", "assigned"};
    return kinds;
}

Json write_sample(const SampleOptions& options, const SampleOpen& open, Budget& budget, const Exec& exec) {
    const Reservation memory(budget, kJobsOfRound * kBytesOfJob);
    const SamplePlan plan = make_sample_plan(options, exec);
    const Wanted wanted = wanted_files(options);
    std::array<std::uint64_t, kFiles> rows{};
    if (plan.faults.needs_counts()) {
        Writer counting(plan, wanted, rows, [](const std::string&) { return [](std::string_view) {}; });
        counting.write_all(exec);
        rows = counting.rows();
    }
    Writer writer(plan, wanted, rows, open);
    writer.write_all(exec);
    Json manifest = Json::object();
    manifest.set("generator", "hone eyemap sample").set("synthetic", true).set("key", options.key);
    if (options.disc > 0) manifest.set("disc", options.disc).set("layers", options.layers);
    if (options.is_catalogue) manifest.set("catalogue", true);
    manifest.set("types", plan.types.size()).set("files", writer.entries()).set("faults", writer.faults());
    return manifest;
}

}  // namespace hone::eyemap
