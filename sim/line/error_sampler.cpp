#include "sim/line/error_sampler.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::line {

namespace {

/// How often in a row something of this probability happens. The bits of a geometric variable are
/// independent, bit j being set with q / (1 + q) for q = again^(2^j): that needs only operations
/// that IEEE 754 rounds alike on every machine, unlike a logarithm.
std::uint64_t times_in_a_row(double again, Rng& dice) {
    constexpr std::uint64_t faces = std::uint64_t{1} << 53; // as many as a double distinguishes
    constexpr double all = static_cast<double>(faces);
    std::uint64_t times = 0;
    for (unsigned bit = 0; bit < 63 && again * all > 1; ++bit, again *= again)
        if (static_cast<double>(dice.below(faces)) < again / (1 + again) * all)
            times |= std::uint64_t{1} << bit;
    return times;
}

double without(Ratio odds) {
    return static_cast<double>(odds.denominator - odds.numerator) / odds.denominator;
}

} // namespace

ErrorSampler::ErrorSampler(Ratio odds, Rng dice) : ErrorSampler(without(odds), 0, dice) {}

ErrorSampler::ErrorSampler(double stays_clean, double stays_struck, Rng dice)
    : stays_clean_(stays_clean), stays_struck_(stays_struck), dice_(dice) {
    draw();
}

ErrorSampler ErrorSampler::noise(Ratio bit_error_odds, Rng dice) {
    // Half of the bits of a burst are wrong. After a burst of mean length B the gap's mean length
    // must be G = B (1 - f) / f, for a fraction f of octets in bursts.
    const double odds = static_cast<double>(bit_error_odds.numerator) / bit_error_odds.denominator;
    const double noisy = std::min(1.0, 2 * odds);
    const double clean = mean_burst * (1 - noisy);
    return {clean / (noisy + clean), 1 - 1 / mean_burst, dice};
}

void ErrorSampler::draw() {
    clean_ = times_in_a_row(stays_clean_, dice_);
    struck_ = 1 + times_in_a_row(stays_struck_, dice_);
}

bool ErrorSampler::next() {
    if (clean_ > 0) {
        --clean_;
        return false;
    }
    if (--struck_ == 0) draw();
    return true;
}

} // namespace smtpsim::line
