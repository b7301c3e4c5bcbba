#include "audit/report/report.hpp"

#include "core/base64.hpp"
#include "smtp/sasl/hash.hpp"
#include "tests/audit/report/hostile.hpp"
#include "tests/audit/report/markup_reader.hpp"
#include "tests/catch.hpp"

#include <set>

using namespace smtpsim;

namespace {

std::string cut(std::string& page, std::string_view begin, std::string_view end) {
    const std::size_t from = page.find(begin);
    REQUIRE(from != std::string::npos);
    const std::size_t text = from + begin.size(), to = page.find(end, text);
    REQUIRE(to != std::string::npos);
    const std::string out = page.substr(text, to - text);
    page.erase(from, to + end.size() - from);
    return out;
}

/// Our pages are XML but for the type, the style and the script.
struct Page {
    explicit Page(const scenario::Report& report) : whole(report::html(report)), markup(whole) {
        cut(markup, "<!DOCTYPE html>", "\n");
        style = cut(markup, "<style>", "</style>");
        script = cut(markup, "<script>", "</script>");
        xml.emplace(markup);
    }
    std::string whole, markup, style, script;
    std::optional<MarkupReader> xml;
};

std::string hash(const std::string& text) {
    return "'sha256-" + base64(sasl::digest(sasl::Hash::sha256, text)) + '\'';
}

} // namespace

TEST_CASE("The page has a score, a row and a cell without endy client", "[report]") {
    const Page page{report_sample::audit()};
    REQUIRE(page.xml->problem == "");
    CHECK(page.whole.find("<p class=\"score\">66<small> of 100</small></p>") != std::string::npos);
    std::size_t ladders = 0, links = 0;
    std::set<std::string> ids;
    for (const Element& element : page.xml->elements) {
        if (element["class"] == "ladder") ++ladders;
        if (!element["id"].empty()) CHECK(ids.insert(element["id"]).second);
        if (element.name == "a") ++links;
    }
    CHECK(ladders == 18); // seven that fell short and eleven that held
    CHECK(links == 23);
    for (const Element& link : page.xml->named("a")) CHECK(ids.contains(link["href"].substr(1)));
}

TEST_CASE("The page of a run has a card of its one client, and no score", "[report]") {
    const Page page{report_sample::run()};
    CHECK(page.whole.find("<h3>msmtp <small>1.8.23</small></h3>") != std::string::npos);
    CHECK(page.whole.find("<p class=\"score\">6<small> of 9</small></p>") != std::string::npos);
    CHECK(page.xml->named("a").empty());
}

TEST_CASE("The ladder shows silence, faults, findings and who said what", "[report]") {
    scenario::Report report = report_sample::audit();
    report.cases = {report_sample::lost_mail("msmtp")};
    const Page page{report};
    const auto has = [&](std::string_view part) {
        return page.whole.find(part) != std::string::npos;
    };
    CHECK(has("<span class=\"t\">+3.0 s</span>"));
    CHECK(
        has("<span class=\"tag\">fault</span> <b>wild/<wbr/>data/<wbr/>250-for-354</b> reply 250"));
    CHECK(has("<span class=\"tag\">finding</span> <b>content-before-354</b> sent the message"));
    CHECK(has("<div class=\"row client\"><span class=\"t\">0.004s</span><div class=\"wire\">"
              "<code>EHLO client.test</code>"));
    CHECK(has("<code>402 octets of message</code>"));
    CHECK(has("0000  32 32 30 20 73 6d 74 70"));
}

TEST_CASE("Nothing on the page is from a client but text", "[report]") {
    const std::set<std::string> known{
        "a",     "b",  "body", "code",  "dd",      "details", "div",  "dl",      "dt",  "form",
        "h1",    "h2", "h3",   "h4",    "head",    "header",  "html", "i",       "li",  "main",
        "meta",  "p",  "pre",  "rect",  "section", "small",   "span", "summary", "svg", "table",
        "tbody", "td", "th",   "thead", "title",   "tr",      "wbr",  "ul"};
    const std::set<std::string> attributes{"aria-hidden",
                                           "charset",
                                           "class",
                                           "colspan",
                                           "content",
                                           "height",
                                           "hidden",
                                           "href",
                                           "http-equiv",
                                           "id",
                                           "lang",
                                           "name",
                                           "preserveAspectRatio",
                                           "title",
                                           "viewBox",
                                           "width",
                                           "x"};
    std::vector<scenario::Report> reports = report_sample::hostile_reports();
    reports.push_back(report_sample::audit());
    reports.push_back(report_sample::run());
    for (const scenario::Report& report : reports) {
        const Page page{report};
        CHECK(page.xml->problem == "");
        for (const Element& element : page.xml->elements) {
            CHECK(known.contains(element.name));
            for (const auto& [name, value] : element.attributes) CHECK(attributes.contains(name));
            if (element.name == "a") CHECK(element["href"].starts_with("#case-"));
        }
        for (const char* const bad : {"\u202E", "\x1b", "\x7f"})
            CHECK(page.whole.find(bad) == std::string::npos);
    }
    for (int octet = 0; octet < 256; ++octet) {
        CAPTURE(octet);
        CHECK(Page{report_sample::filled_with(std::string(3, static_cast<char>(octet)))}
                  .xml->problem == "");
    }
}

TEST_CASE("The page lets only its own style and script run, and loads nothing", "[report]") {
    const Page page{report_sample::audit()};
    CHECK(page.xml->named("meta")[1]["content"] ==
          "default-src 'none'; style-src " + hash(page.style) + "; script-src " +
              hash(page.script) + "; base-uri 'none'; form-action 'none'");
    CHECK(page.whole.find("http://") == std::string::npos);
    CHECK(page.whole.find("https://") == std::string::npos);
    CHECK(page.whole.find("url(") == std::string::npos);
}

TEST_CASE("A page of two thousand cases stays moderate", "[report]") {
    scenario::Report report = report_sample::audit();
    report.cases.clear();
    for (int i = 0; i < 2000; ++i) {
        report.cases.push_back(i % 10 == 0 ? report_sample::lost_mail("msmtp")
                                           : report_sample::judged("swaks", "kb155455/rcpt/552",
                                                                   "reply", "RCPT refused",
                                                                   scenario::Verdict::correct));
        report.cases.back().name += ' ' + std::to_string(i);
    }
    CHECK(report::html(report).size() < 5'000'000);
}
