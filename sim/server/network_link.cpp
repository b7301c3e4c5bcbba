#include "sim/server/network_link.hpp"

namespace smtpsim::server {
namespace {

line::Settings settings_of(const profiles::Profile& profile) {
    line::Settings out;
    out.bits_per_octet = 8;
    if (!profile.link) return out;
    out.down_bps = profile.link->down_bps;
    out.up_bps = profile.link->up_bps;
    out.latency = profile.link->latency;
    out.jitter = profile.link->jitter;
    out.bit_errors = profile.link->noise;
    return out;
}

} // namespace

Link::Link(Instance& instance)
    : line_(settings_of(instance.profile()),
            Rng{instance.seed(), "link " + std::to_string(instance.next_link())}) {}

} // namespace smtpsim::server
