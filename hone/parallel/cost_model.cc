#include "hone/parallel/cost_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone {
namespace {

constexpr std::size_t kSlots = 2048;  // a power of two
constexpr std::size_t kTries = 16;    // neighbours that an entry may lie in
constexpr std::uint32_t kFormat = 1;

std::uint32_t power_of_four(std::uint64_t items) {
    return items == 0 ? 0 : static_cast<std::uint32_t>(std::bit_width(items) - 1) / 2;
}

std::uint64_t key_of(std::string_view site, std::uint32_t power) {
    const std::uint64_t key = hash64(site) ^ ((power + 1) * 0x9E3779B97F4A7C15U);
    return key == 0 ? 1 : key;
}

bool is_cost(double item_ns) {
    return std::isfinite(item_ns) && item_ns > 0;
}

struct Entry {
    std::string site;
    std::uint32_t power = 0;
    double item_ns = 0;
};

std::vector<Entry> decode(std::string_view bytes) {
    Decoder in(bytes);
    std::vector<Entry> entries;
    if (in.u32() != kFormat) return entries;
    const std::size_t count = in.count(sizeof(std::uint32_t) + sizeof(double));
    for (std::size_t i = 0; i < count; ++i) {
        Entry& entry = entries.emplace_back();
        entry.site = in.text();
        entry.power = in.u32();
        entry.item_ns = in.f64();
    }
    in.finish();
    return entries;
}

}  // namespace

CostModel::CostModel() : slots_(std::make_unique<Slot[]>(kSlots)) {}
CostModel::~CostModel() = default;

/// The slot of the key, else a free one, else nullptr. An entry's cost is stored before its key, so who sees the key
/// sees a cost.
CostModel::Slot* CostModel::find(std::uint64_t key) const {
    for (std::size_t i = 0; i < kTries; ++i) {
        Slot& slot = slots_[(key + i) % kSlots];
        const std::uint64_t held = slot.key.load(std::memory_order_acquire);
        if (held == key || held == 0) return &slot;
    }
    return nullptr;
}

double CostModel::item_ns(std::string_view site, std::uint64_t items) const {
    const std::uint64_t key = key_of(site, power_of_four(items));
    const Slot* slot = find(key);
    if (slot == nullptr || slot->key.load(std::memory_order_relaxed) != key) return 0;
    return slot->item_ns.load(std::memory_order_relaxed);
}

void CostModel::learn(std::string_view site, std::uint64_t items, double item_ns) {
    if (is_cost(item_ns)) learn_class(site, power_of_four(items), item_ns);
}

void CostModel::learn_class(std::string_view site, std::uint32_t power, double item_ns) {
    const std::uint64_t key = key_of(site, power);
    Slot* slot = find(key);
    if (slot == nullptr) return;
    if (slot->key.load(std::memory_order_relaxed) != key) {
        const std::lock_guard lock(mutex_);
        slot = find(key);  // another thread may have taken it
        if (slot == nullptr) return;
        if (slot->key.load(std::memory_order_relaxed) == 0) {
            names_.emplace(Name(site, power), slot);
            slot->item_ns.store(item_ns, std::memory_order_relaxed);
            slot->key.store(key, std::memory_order_release);
            return;
        }
    }
    const double known = slot->item_ns.load(std::memory_order_relaxed);
    const bool replaces = known == 0 || item_ns < known / 4;
    slot->item_ns.store(replaces ? item_ns : (known + item_ns) / 2, std::memory_order_relaxed);
}

std::string CostModel::save() const {
    std::vector<Entry> entries;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, slot] : names_) {
            const double item_ns = slot->item_ns.load(std::memory_order_relaxed);
            if (item_ns > 0) entries.push_back({name.first, name.second, item_ns});
        }
    }
    Encoder out;
    out.u32(kFormat);
    out.u64(entries.size());
    for (const Entry& entry : entries) {
        out.text(entry.site);
        out.u32(entry.power);
        out.f64(entry.item_ns);
    }
    return out.take();
}

void CostModel::load(std::string_view bytes) {
    for (std::size_t i = 0; i < kSlots; ++i)
        slots_[i].item_ns.store(0, std::memory_order_relaxed);
    std::vector<Entry> entries;
    try {
        entries = decode(bytes);
    } catch (const Error&) {
        return;  // promised: what is remembered only saves time
    }
    for (const Entry& entry : entries) {
        if (is_cost(entry.item_ns)) learn_class(entry.site, entry.power, entry.item_ns);
    }
}

}  // namespace hone
