#include "smtp/ids.hpp"

#include "core/date.hpp"

#include <string_view>

namespace smtpsim::smtp {
namespace {

/// 0 is AAA, 1 is AAB; after ZZZ comes AAAA.
std::string letters(std::uint64_t count) {
    std::string out;
    std::uint64_t block = 26ULL * 26 * 26;
    std::size_t width = 3;
    for (; count >= block; block *= 26, ++width) count -= block;
    for (std::size_t i = 0; i < width; ++i, count /= 26)
        out.insert(out.begin(), static_cast<char>('A' + count % 26));
    return out;
}

} // namespace

Ids::Ids(IdStyle style, std::uint64_t seed)
    : style_(style), dice_(seed, "message-serial"), run_number_(dice_.below(100)) {}

std::string Ids::next(Tick now) {
    const std::lock_guard lock{mutex_};
    switch (style_) {
    case IdStyle::dated: return next_dated(now);
    case IdStyle::queue: break;
    }
    return next_queue();
}

std::string Ids::next_dated(Tick now) {
    std::string id;
    append_stamp(now, id);
    id += '.';
    id += letters(count_++);
    id += std::to_string(run_number_);
    return id;
}

std::string Ids::next_queue() {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string id;
    // The count in the upper digits keeps two draws of one run apart.
    std::uint64_t value = (++count_ & 0xFFFFFFU) << 16 | dice_.below(0x10000);
    for (int i = 0; i < 10; ++i, value >>= 4) id.insert(id.begin(), digits[value & 15U]);
    return id;
}

} // namespace smtpsim::smtp
