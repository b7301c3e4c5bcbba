// What a bad line does to the octets that it carries one way.
#pragma once

#include "sim/line/error_sampler.hpp"
#include "sim/line/signals.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::line {

enum class Harm : std::uint8_t { loss, twice, noise, parity, framing };
inline constexpr std::array<std::string_view, 5> harm_names{"loss", "twice", "noise", "parity",
                                                            "framing"};

class LineDamage {
public:
    /// Each harm draws from a stream of its own of this seed.
    explicit LineDamage(std::uint64_t seed) : seed_(seed) {}

    /// From the next octet on; odds of 0: no more. For noise they are those of a wrong bit.
    void set(Harm harm, Ratio odds);
    void clear_eighth_bit() { seven_bit_ = true; }

    /// Appends what arrives of `octets`, and notes what the receiver's port reports of them.
    void pass(std::string_view octets, std::string& out, line::LineErrors& errors);

private:
    void strike(char octet, std::string& out, line::LineErrors& errors);
    bool struck(Harm harm);
    std::uint64_t drawn(Harm harm, std::uint64_t bound);

    std::uint64_t seed_;
    bool seven_bit_ = false;
    std::array<std::optional<ErrorSampler>, harm_names.size()> samplers_{}; // by Harm
};

} // namespace smtpsim::line
