#include "serial/modem/modem_settings.hpp"

#include "core/check.hpp"
#include "core/text.hpp"
#include "core/units.hpp"

#include <algorithm>
#include <functional>

namespace smtpsim::modem {

void Settings::set(Setting setting, std::uint32_t value) {
    const auto at = static_cast<std::size_t>(setting);
    ensure(at < values.size(), "a setting is one of the table");
    values[at] = value;
    if (setting != Setting::flow) return;
    set(Setting::send_flow, value);
    set(Setting::obey_rts, value & 1U);
    set(Setting::obey_xoff, value >> 1U);
}

void Settings::set_register(std::uint64_t number, std::uint16_t value) {
    ensure(number < registers.size(), "an S-register has a number up to 255");
    ensure(value <= 0xff, "an S-register holds one octet");
    registers[static_cast<std::size_t>(number)] = static_cast<std::uint8_t>(value);
}

std::uint8_t Settings::s(unsigned number) const {
    ensure(number < registers.size(), "an S-register has a number up to 255");
    return registers[number];
}

std::string_view value_of(std::string_view values, std::size_t index) {
    for (; index > 0; --index) {
        const std::size_t comma = values.find(',');
        if (comma == std::string_view::npos) return {};
        values.remove_prefix(comma + 1);
    }
    return values.substr(0, values.find(','));
}

const Modulation* modulation_named(std::string_view name_or_code) {
    const auto code = parse_count(name_or_code);
    for (const Modulation& row : modulation_table)
        if (equal_ignoring_case(row.name, name_or_code) || code == row.code) return &row;
    return nullptr;
}

namespace {

void apply_ifc(std::string_view values, Settings& settings) { // V.250 §6.2.12
    const std::string_view by_dte = value_of(values, 0);
    const std::string_view by_dce = value_of(values, 1);
    settings.set(Setting::obey_rts, by_dte == "2" ? 1 : 0);
    settings.set(Setting::obey_xoff, by_dte == "1" || by_dte == "3" ? 1 : 0);
    const Flow flow = by_dce == "2" ? Flow::rts_cts : by_dce == "1" ? Flow::xon_xoff : Flow::none;
    settings.set(Setting::send_flow, static_cast<std::uint32_t>(flow));
}

void apply_ms(std::string_view values, Settings& settings) { // V.250 §6.4.1
    const Modulation* const modulation = modulation_named(value_of(values, 0));
    std::uint32_t rate = modulation == nullptr ? 0 : modulation->fastest;
    const auto most = parse_count(value_of(values, 3));
    if (most && *most > 0) rate = std::min(rate, static_cast<std::uint32_t>(*most));
    settings.set(Setting::line_rate, rate);
}

void apply_es(std::string_view values, Settings& settings) { // V.250 §6.5.1
    const std::string_view request = value_of(values, 0);
    const ErrorControl control = request == "0" || request == "1" ? ErrorControl::off
                                 : request == "4"                 ? ErrorControl::mnp
                                 : value_of(values, 1) == "2"     ? ErrorControl::lapm
                                                                  : ErrorControl::automatic;
    settings.set(Setting::error_control, static_cast<std::uint32_t>(control));
}

void apply_ds(std::string_view values, Settings& settings) { // V.250 §6.6.1
    settings.set(Setting::compression, value_of(values, 0) == "0" ? 0 : 1);
}

void apply_ipr(std::string_view values, Settings& settings) { // V.250 §6.2.10
    settings.port_speed = static_cast<std::uint32_t>(parse_count(values).value_or(0));
}

struct Effect {
    std::string_view name;
    void (*apply)(std::string_view values, Settings& settings);
};
constexpr std::array effects{Effect{"+IPR", apply_ipr}, Effect{"+IFC", apply_ifc},
                             Effect{"+MS", apply_ms}, Effect{"+ES", apply_es},
                             Effect{"+DS", apply_ds}};

} // namespace

void apply_extended(std::string_view name, std::string_view values, Settings& settings) {
    const auto at = std::ranges::find(effects, name, &Effect::name);
    if (at != effects.end()) at->apply(values, settings);
}

Settings initial_settings(const ModemModel& model) {
    Settings out;
    out.set(Setting::echo, 1);
    out.set(Setting::verbose, 1);
    out.set(Setting::results, static_cast<std::uint32_t>(Results::all));
    out.set(Setting::error_control, static_cast<std::uint32_t>(ErrorControl::automatic));
    out.set(Setting::compression, 1);
    out.set(Setting::connect_text, static_cast<std::uint32_t>(model.connect_text));
    out.commands.resize(model.commands.size());
    for (const Row& row : model.registers)
        if (const auto number = parse_count(std::string_view(row.name).substr(1)))
            out.set_register(*number, row.initial);
    for (const Extended& row : model.extended) {
        out.extended.push_back(row.initial);
        if (!row.values.empty()) apply_extended(row.name, row.initial, out);
    }
    return out;
}

std::string view_of(const Settings& settings, const ModemModel& model) {
    constexpr std::size_t columns = 72;
    std::string out = "ACTIVE PROFILE:\n";
    std::size_t begin = out.size();
    const auto add = [&](const std::string& word) {
        if (out.size() - begin + word.size() > columns) {
            out += '\n';
            begin = out.size();
        }
        if (out.size() > begin) out += ' ';
        out += word;
    };
    for (std::size_t i = 0; i < model.commands.size(); ++i) {
        const Row& command = model.commands[i];
        if (command.setting &&
            (*command.setting >= Setting::hook || *command.setting == Setting::dialling))
            continue;
        add(command.name + std::to_string(settings.commands[i]));
    }
    add(settings.of(Setting::dialling) == 1 ? "P" : "T");
    out += '\n';
    begin = out.size();
    for (const Row& each : model.registers) {
        const auto number = parse_count(std::string_view(each.name).substr(1)).value_or(0);
        add(each.name + '=' + std::to_string(settings.s(static_cast<unsigned>(number))));
    }
    return out;
}

} // namespace smtpsim::modem
