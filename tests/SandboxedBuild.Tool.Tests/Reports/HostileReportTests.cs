using System.Text.Json.Nodes;
using static SandboxedBuild.Tool.Tests.Reports.Logged;

namespace SandboxedBuild.Tool.Tests.Reports;

/// <summary>Names, commands and outputs that would like to be a part of the page.</summary>
[Category("AnyUser")]
internal sealed class HostileReportTests
{
    /// <summary>What each would do if it ran.</summary>
    private const string Deed = "document.title='OWNED'";

    private static readonly string[] Markup =
    [
        $"<script>{Deed}</script>",
        $"</script><script>{Deed}</script>",
        $"<img src=x onerror={Deed}>",
        $"\"><svg onload={Deed}>",
        "<!--<script>",
        "{{script}}{{data}}",
        "' onmouseover='" + Deed,
        $"javascript:{Deed}",
        $"\\u003cscript\\u003e{Deed}",
    ];

    [Test]
    public void Nothing_in_names_commands_and_output_of_a_real_build_runs()
    {
        var script = string.Concat(Markup.Where(static text => !text.Contains('/', StringComparison.Ordinal)).Select(static (text, index) => $"touch {Quote(index + text)}\n")) + string.Concat(Markup.Select(static text => $"echo {Quote(text)}\n")) + $"echo {Quote(Markup[1])} > 'in </script>'.txt || echo {Quote(Markup[1])} > in.txt\n";
        using var desk = Build(Target("Evil", "sh evil.sh " + Quote(Markup[0])), "Evil", tree => tree["evil.sh"] = script);
        using var browser = Browser.Open(desk, Page(desk));
        using (Assert.EnterMultipleScope())
        {
            ShouldBeHarmless(browser);
            Assert.That(browser.Text("document.querySelector('.detail-head .command').textContent"), Is.EqualTo("sh evil.sh " + Quote(Markup[0])));
            Assert.That(browser.Text("document.querySelector('.output').innerText"), Does.Contain(Markup[1]).And.Contain(Markup[2]));
            Assert.That(browser.Text("[...document.querySelectorAll('.tree-name')].map(name => name.textContent).join('\\n')"), Does.Contain(Markup[2]));
        }
    }

    [Test]
    public void Nothing_in_any_field_of_an_event_runs()
    {
        using var desk = InventAll([.. Markup.Select(EveryField)]);
        using var browser = Browser.Open(desk, Page(desk));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Count(".step"), Is.EqualTo(Markup.Length));
            for (var index = 0; index < Markup.Length; index++)
            {
                browser.Eval($"document.querySelectorAll('.step')[{index}].click()");
                ShouldBeHarmless(browser);
                Assert.That(browser.Text("document.querySelector('#detail h2').textContent"), Is.EqualTo(Markup[index]));
                Assert.That(browser.Text("document.querySelector('.problem .path').textContent"), Is.EqualTo(Markup[index]));
                Assert.That(browser.Text("document.querySelector('.diff').textContent"), Does.Contain(Markup[index]));
            }
        }
    }

    [Test]
    public void What_cannot_be_seen_is_shown()
    {
        using var desk = Build(Target("Evil", "touch \"$(printf 'invoice\\342\\200\\256fdp.exe')\" \"$(printf 'a\\nb\\033[2J')\" \"$(printf 'zero\\342\\200\\213width')\"; printf 'x\\342\\200\\256y\\a\\n'"), "Evil");
        using var browser = Browser.Open(desk, Page(desk));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Text("[...document.querySelectorAll('.tree-name')].map(name => name.textContent).join()"), Is.EqualTo("a\\x0ab\\x1b[2J,invoiceU+202Efdp.exe,zeroU+200Bwidth"));
            Assert.That(browser.Text("document.querySelector('.tree-row:nth-child(2)').getAttribute('aria-label')"), Is.EqualTo("invoice\u2039U+202E\u203afdp.exe, added"));
            Assert.That(browser.Text("document.querySelector('.output').innerText"), Is.EqualTo("xU+202Ey\u2407"));
            Assert.That(browser.Count(".unseen-character"), Is.GreaterThan(3));
            Assert.That((bool)browser.Eval("/[\\u202e\\u200b\\u001b]/.test(document.documentElement.outerHTML.replace(/<script[^]*/, ''))")!, Is.False);
        }
    }

    [Test]
    public void What_got_into_the_page_all_the_same_would_not_run_and_could_call_nobody()
    {
        using var desk = Build(Target("Made", "echo x > x.txt"), "Made");
        using var browser = Browser.Open(desk, Page(desk));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Text("(() => { try { document.querySelector('#detail').innerHTML = '<b>x</b>'; return 'set' } catch (e) { return e.name } })()"), Is.EqualTo("TypeError"));
            Assert.That(browser.Text("(() => { try { return String(eval('1')) } catch (e) { return e.name } })()"), Is.EqualTo("EvalError"));
            Assert.That(browser.Text("fetch('http://127.0.0.1:9/').then(() => 'called', e => e.name)"), Is.EqualTo("TypeError"));
            browser.Eval("{ const image = document.createElement('img'); image.src = 'http://127.0.0.1:9/x.png'; document.body.append(image) }");
            browser.Eval("{ const style = document.createElement('style'); style.textContent = 'body { color: red }'; document.head.append(style) }");
            browser.Eval("new Promise(done => setTimeout(done, 300))");
            Assert.That(browser.Complaints, Has.Some.Contains("img-src").Or.Some.Contains("127.0.0.1:9/x.png").And.Some.Contains("style"));
            Assert.That(browser.Text("document.querySelector('meta[http-equiv]').content"), Does.StartWith("default-src 'none'; script-src 'sha256-").And.Contain("base-uri 'none'; form-action 'none'"));
        }
    }

    private static JsonObject[] EveryField(string text) =>
    [
        Event("Gate", new JsonObject { ["version"] = 1, ["decision"] = text, ["code"] = text, ["target"] = text, ["file"] = text, ["command"] = text, ["policyFile"] = text, ["line"] = 1, ["network"] = text, ["paths"] = new JsonArray(text), ["environment"] = new JsonArray(text) }),
        Event("Step", new JsonObject { ["version"] = 2, ["target"] = text, ["file"] = text, ["command"] = text, ["exitCode"] = 1, ["outcome"] = text, ["overlay"] = text, ["roots"] = new JsonArray(text), ["strategy"] = text, ["strategyReason"] = text, ["isolation"] = text, ["network"] = text, ["rule"] = text, ["milliseconds"] = 1, ["limits"] = new JsonObject { ["exceeded"] = text } }),
        Event("ChangeSet", new JsonObject { ["version"] = 1, ["overlay"] = text, ["outcome"] = text, ["changes"] = new JsonArray(new JsonObject { ["kind"] = text, ["type"] = text, ["root"] = text, ["path"] = text, ["oldPath"] = text, ["size"] = 1, ["mode"] = text }) }),
        Event("Patch", new JsonObject { ["version"] = 1, ["files"] = new JsonArray(new JsonObject { ["root"] = text, ["path"] = text, ["patch"] = $"@@ -1 +1 @@\n-{text}\n+{text}!\n", ["sha256"] = text, ["oldSha256"] = text }) }),
        Event("Violation", new JsonObject { ["version"] = 1, ["kind"] = text, ["subject"] = text, ["evidence"] = text, ["remedy"] = text, ["systemCall"] = text, ["process"] = 1, ["commandLine"] = text, ["time"] = text }),
    ];

    private static void ShouldBeHarmless(Browser browser)
    {
        browser.Eval("document.querySelectorAll('.step, .bar, .tree-row, .chip').forEach(element => element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })))");
        Assert.That(browser.Text("document.title"), Does.StartWith("Build "));
        Assert.That(browser.Count("script"), Is.EqualTo(2));
        Assert.That(browser.Count("img, svg, iframe, object, embed, link, base, form, a[href]:not(.skip)"), Is.Zero);
        Assert.That((int)browser.Eval("[...document.querySelectorAll('*')].filter(element => [...element.attributes].some(attribute => attribute.name.startsWith('on') || attribute.name === 'style' && !element.style.length)).length")!, Is.Zero);
        Assert.That(browser.Complaints, Is.Empty);
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
