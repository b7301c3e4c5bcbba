#include "core/encoding.hpp"

#include "core/json.hpp"
#include "core/text.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace smtpsim {

Result<Decoder> Decoder::open(const std::string& encoding) {
    const iconv_t state = ::iconv_open("UTF-8", encoding.c_str());
    if (state == iconv_t(-1)) // NOLINT: iconv's own way to say so
        return Failure{"no encoding called " + visible(encoding) +
                       "; write one such as windows-1252"};
    const bool wide = lower(encoding).starts_with("utf-16");
    return Decoder{state, wide ? 2U : 1U};
}

void Decoder::Close::operator()(void* state) const { ::iconv_close(state); }

void Decoder::append(std::string_view octets, std::string& out) {
    held_ += octets;
    char* from = held_.data();
    std::size_t left = held_.size();
    std::array<char, 4096> part{};
    while (left > 0) {
        char* to = part.data();
        std::size_t room = part.size();
        const bool failed =
            ::iconv(state_.get(), &from, &left, &to, &room) == static_cast<std::size_t>(-1);
        const int reason = errno;
        out.append(part.data(), part.size() - room);
        if (!failed || reason == E2BIG) continue;
        if (reason == EINVAL) break; // cut off
        out += "\uFFFD";
        const std::size_t skipped = std::min(unit_octets_, left);
        from += skipped;
        left -= skipped;
    }
    held_.erase(0, held_.size() - left);
}

bool is_utf8(std::string_view octets) {
    while (!octets.empty()) {
        const std::size_t plain = json_detail::utf8_octets(octets);
        if (plain == 0) return false;
        octets.remove_prefix(plain);
    }
    return true;
}

} // namespace smtpsim
