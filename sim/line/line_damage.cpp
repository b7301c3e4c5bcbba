#include "sim/line/line_damage.hpp"

#include "core/at_most.hpp"

#include <algorithm>

namespace smtpsim::line {

void LineDamage::set(Harm harm, Ratio odds) {
    const auto index = static_cast<std::size_t>(harm);
    std::optional<ErrorSampler>& sampler = samplers_.at(index);
    sampler.reset();
    if (odds.numerator == 0) return;
    Rng dice{seed_, harm_names.at(index)};
    sampler = harm == Harm::noise ? ErrorSampler::noise(odds, dice) : ErrorSampler{odds, dice};
}

void LineDamage::pass(std::string_view octets, std::string& out, line::LineErrors& errors) {
    const std::size_t before = out.size();
    while (!octets.empty()) {
        std::size_t clean = octets.size();
        for (const auto& sampler : samplers_)
            if (sampler) clean = at_most(sampler->clean(), clean);
        for (auto& sampler : samplers_)
            if (sampler) sampler->skip(clean);
        out.append(octets.substr(0, clean));
        octets.remove_prefix(clean);
        if (octets.empty()) break;
        strike(octets.front(), out, errors);
        octets.remove_prefix(1);
    }
    if (!seven_bit_) return;
    for (std::size_t i = before; i < out.size(); ++i) out[i] = static_cast<char>(out[i] & 0x7f);
}

/// A parity error is one wrong bit. After a framing error the receiver is out of step, so it has
/// read anything.
void LineDamage::strike(char octet, std::string& out, line::LineErrors& errors) {
    const bool lost = struck(Harm::loss), twice = struck(Harm::twice);
    auto value = static_cast<unsigned char>(octet);
    if (struck(Harm::noise)) value ^= static_cast<unsigned char>(drawn(Harm::noise, 256));
    if (struck(Harm::parity)) {
        value ^= static_cast<unsigned char>(1U << drawn(Harm::parity, 8));
        errors.parity |= !lost;
    }
    if (struck(Harm::framing)) {
        value = static_cast<unsigned char>(drawn(Harm::framing, 256));
        errors.framing |= !lost;
    }
    if (!lost) out.append(twice ? 2 : 1, static_cast<char>(value));
}

bool LineDamage::struck(Harm harm) {
    auto& sampler = samplers_.at(static_cast<std::size_t>(harm));
    return sampler && sampler->next();
}

std::uint64_t LineDamage::drawn(Harm harm, std::uint64_t bound) {
    return samplers_.at(static_cast<std::size_t>(harm))->dice().below(bound);
}

} // namespace smtpsim::line
