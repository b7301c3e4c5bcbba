#include "faults/healthy_plan.hpp"

namespace smtpsim::faults {

void append_healthy(const smtp::ProtocolEvent& event, const smtp::Values& values,
                    const smtp::ServerSettings& settings, Plan& plan) {
    if (event.stage == smtp::Stage::tls) plan.steps.emplace_back(Handshake{settings.tls.settings});
    if (event.reply == nullptr) return;
    if (event.late > Duration{0}) plan.steps.emplace_back(Wait{event.late});
    auto& say = std::get<Say>(plan.steps.emplace_back(Say{}));
    event.reply->octets.render(values, say.octets);
    plan.said = event.reply->code;
}

} // namespace smtpsim::faults
