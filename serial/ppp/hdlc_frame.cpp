#include "serial/ppp/hdlc_frame.hpp"

#include "core/check.hpp"
#include "serial/ppp/fcs.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::ppp {

namespace {

constexpr char flag = 0x7e, escape_octet = 0x7d, complement = 0x20;
constexpr std::string_view all_stations_ui{"\xff\x03", 2}; // address and control, RFC 1662 §3.1
constexpr std::size_t fcs_size = 2, shortest = fcs_size + 1;

constexpr std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

} // namespace

void Encoder::escape(Accm accm) {
    escaped_.fill(false);
    for (std::size_t c = 0; c < 32; ++c) escaped_[c] = (accm >> c & 1U) != 0;
    escaped_[octet(flag)] = escaped_[octet(escape_octet)] = true;
}

void Encoder::append(std::string_view octets, std::string& out) const {
    const char* next = octets.data();
    const char* const end = next + octets.size();
    while (next != end) {
        const char* run = next;
        while (run != end && !escaped_[octet(*run)]) ++run;
        out.append(next, run);
        if (run == end) return;
        const char pair[2] = {escape_octet, static_cast<char>(*run ^ complement)};
        out.append(pair, 2);
        next = run + 1;
    }
}

void Encoder::encode(std::uint16_t protocol, std::string_view information, bool spoil,
                     std::string& out) const {
    std::array<char, 4> header;
    std::size_t size = 0;
    if (!compresses_address_)
        for (const char c : all_stations_ui) header[size++] = c;
    if (!compresses_protocol_ || protocol > 0xff) header[size++] = static_cast<char>(protocol >> 8);
    header[size++] = static_cast<char>(protocol);
    const std::string_view head{header.data(), size};

    auto fcs = static_cast<std::uint16_t>(~fcs16(information, fcs16(head)));
    if (spoil) fcs ^= 0x5555;
    const char tail[fcs_size] = {static_cast<char>(fcs), static_cast<char>(fcs >> 8)};

    out += flag;
    append(head, out);
    append(information, out);
    append({tail, fcs_size}, out);
    out += flag;
}

void Decoder::take(std::string_view run) {
    if (passed_over_ == 0) {
        too_long_ = too_long_ || run.size() > limit_ - frame_.size();
        if (!too_long_) frame_ += run;
        ensure(frame_.size() <= limit_, "a frame is no longer than its limit");
        return;
    }
    for (const char c : run) {
        if (octet(c) < 32 && (passed_over_ >> octet(c) & 1U) != 0) continue;
        too_long_ = too_long_ || frame_.size() == limit_;
        if (!too_long_) frame_ += c;
    }
}

std::optional<Frame> Decoder::next(std::string_view& octets) {
    if (std::exchange(whole_, false)) frame_.clear();
    while (!octets.empty()) {
        const char first = octets.front();
        if (first == flag) {
            octets.remove_prefix(1);
            const auto frame = finish();
            whole_ = frame.has_value();
            if (frame) return frame;
            frame_.clear();
        } else if (first == escape_octet) {
            octets.remove_prefix(1);
            escape_ = true;
        } else if (escape_) {
            octets.remove_prefix(1);
            escape_ = false;
            too_long_ = too_long_ || frame_.size() == limit_;
            if (!too_long_) frame_ += static_cast<char>(first ^ complement);
        } else {
            const auto end = std::find_if(octets.begin(), octets.end(),
                                          [](char c) { return c == flag || c == escape_octet; });
            const auto size = static_cast<std::size_t>(end - octets.begin());
            take(octets.substr(0, size));
            octets.remove_prefix(size);
        }
    }
    return std::nullopt;
}

/// At a flag. An escape before it aborts the frame: RFC 1662 §4.3.
std::optional<Frame> Decoder::finish() {
    ensure(frame_.size() <= limit_, "a frame is no longer than its limit");
    const bool aborted = std::exchange(escape_, false);
    const bool too_long = std::exchange(too_long_, false);
    if (frame_.empty() && !too_long) return std::nullopt;
    std::string_view rest = frame_;
    if (!aborted && !too_long && rest.size() >= shortest && fcs16(rest) == fcs_good) {
        rest.remove_suffix(fcs_size);
        if (rest.starts_with(all_stations_ui)) rest.remove_prefix(all_stations_ui.size());
        const std::size_t size = !rest.empty() && (octet(rest[0]) & 1U) != 0 ? 1 : 2;
        if (rest.size() >= size && (octet(rest[size - 1]) & 1U) != 0) { // RFC 1661 §2
            const unsigned high = size == 2 ? octet(rest[0]) : 0U;
            return Frame{static_cast<std::uint16_t>(high << 8U | octet(rest[size - 1])),
                         rest.substr(size)};
        }
    }
    ++bad_;
    return std::nullopt;
}

} // namespace smtpsim::ppp
