using System.Text.Json.Nodes;
using static SandboxedBuild.Tool.Tests.Reports.Logged;

namespace SandboxedBuild.Tool.Tests.Reports;

/// <summary>The page of a report, in headless Chromium.</summary>
[Category("AnyUser")]
internal sealed class ReportPageTests
{
    private const string Chosen = "document.querySelector('#detail h2').textContent";

    private static readonly Lazy<byte[]> s_story = Once(Story);

    [Test]
    public void It_shows_the_build_and_opens_with_what_went_wrong()
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Text("document.title"), Does.StartWith("Build succeeded · 4 sandboxed steps · msbuild.binlog"));
            Assert.That(browser.Text("document.querySelector('#headline').textContent"), Does.StartWith("Build succeeded in "));
            Assert.That(browser.Text("[...document.querySelectorAll('.step-name')].map(name => name.textContent).join()"), Is.EqualTo("Made,Failed,Denied,Nosy"));
            Assert.That(browser.Text("document.querySelector('.project h2').textContent"), Does.StartWith("App.proj"));
            Assert.That(browser.Text(Chosen), Is.EqualTo("Failed"));
            Assert.That(browser.Text("document.querySelector('#detail').textContent"), Does.Contain("exit code 3").And.Contain("What it changed was thrown away."));
            Assert.That(browser.Count("#timeline .bar"), Is.EqualTo(4));
            Assert.That(browser.Complaints, Is.Empty);
        }
    }

    [Test]
    public void What_was_refused_stands_first_with_what_to_do()
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk));
        browser.Eval("document.querySelectorAll('.step')[3].click()");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Text("document.querySelector('.problem h3').textContent"), Does.Match("^refused to read /.*/precious$"));
            Assert.That(browser.Text("document.querySelector('.problem .evidence').textContent"), Does.StartWith("cat: "));
            Assert.That(browser.Text("document.querySelector('.problem .suggestion').textContent"), Is.Not.Empty);
            Assert.That(browser.Text("document.querySelector('[aria-current] .step-foot').textContent"), Is.EqualTo("refused"));
        }
    }

    [Test]
    public void A_step_shows_its_gate_its_sandbox_and_the_lines_of_a_change()
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk));
        browser.Click(".step");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Text("document.querySelector('.facts-grid').textContent"), Does.Contain("Allowed by a rule").And.Contain("Bubblewrap").And.Contain("network" + "none"));
            Assert.That(browser.Text("[...document.querySelectorAll('.tree-row')].map(row => row.getAttribute('aria-label')).join('; ')"), Is.EqualTo("dir, directory, 1 change; c.txt, renamed; a.txt, modified; new.txt, added; old.txt, deleted"));
            Assert.That(browser.Text("document.querySelector('.diff-head .path').textContent"), Is.EqualTo("a.txt"));
            Assert.That(browser.Text("[...document.querySelectorAll('.diff tr')].map(row => [...row.cells].map(cell => cell.textContent).join('|')).join('\\n')"), Is.EqualTo("1| one|1| one\n2|removed: -two|2|added: +2\n3| three|3| three"));
            Assert.That(browser.Text("document.querySelector('.output').textContent"), Is.EqualTo("said"));
        }

        browser.Click(".diff-head .switch button:last-child");
        Assert.That(browser.Text("[...document.querySelectorAll('.diff tr')].map(row => [...row.cells].map(cell => cell.textContent).join('|')).join('\\n')"), Is.EqualTo("1|1| one\n2||removed: -two\n|2|added: +2\n3|3| three"));
    }

    [Test]
    public void Steps_are_found_by_words_and_statuses()
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk));
        const string Shown = "[...document.querySelectorAll('.step')].filter(step => step.offsetParent).map(step => step.querySelector('.step-name').textContent).join()";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Press("/").Type("new.txt").Text(Shown), Is.EqualTo("Made"));
            Assert.That(browser.Text("document.querySelector('#found').textContent"), Is.EqualTo("1 step shown"));
            browser.Eval("const search = document.querySelector('#search'); search.value = 'nothing like it'; search.dispatchEvent(new Event('input'))");
            Assert.That(browser.Text(Shown), Is.Empty);
            Assert.That(browser.Text("document.querySelector('#list .nothing').innerText"), Is.EqualTo("No step is like that."));
            browser.Eval("{ const search = document.querySelector('#search'); search.value = ''; search.dispatchEvent(new Event('input')) }");
            Assert.That(browser.Click("#statuses .chip:nth-child(2)").Text(Shown), Is.EqualTo("Failed"));
            Assert.That(browser.Click("#statuses .chip:nth-child(3)").Text(Shown), Is.EqualTo("Failed,Denied"));
        }
    }

    [Test]
    public void Everything_can_be_done_with_the_keyboard_and_is_named()
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk));
        const string Active = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).getAttribute('aria-label')";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Press("Tab").Text("document.activeElement.textContent"), Is.EqualTo("Skip to the steps"));
            browser.Eval("document.querySelector('.step').focus()");
            browser.Press("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "Enter");
            Assert.That(browser.Text(Chosen), Is.EqualTo("Made"));
            browser.Eval("document.querySelector('[role=tree]').focus()");
            Assert.That(browser.Press("Home").Text(Active), Is.EqualTo("dir, directory, 1 change"));
            Assert.That(browser.Press("ArrowLeft").Count(".tree-row"), Is.EqualTo(4), "the directory is shut");
            Assert.That(browser.Press("ArrowRight", "ArrowRight").Text(Active), Is.EqualTo("c.txt, renamed"));
            Assert.That(browser.Press("ArrowLeft").Text(Active), Is.EqualTo("dir, directory, 1 change"));
            Assert.That(browser.Press("End", "Enter").Text("document.querySelector('.diff-head .path').textContent"), Is.EqualTo("old.txt"));
            Assert.That(browser.Text("[...document.querySelectorAll('button, input, [tabindex=\"0\"]')].filter(element => !(element.getAttribute('aria-label') || element.textContent.trim() || element.labels?.[0]?.textContent)).map(element => element.outerHTML).join()"), Is.Empty, "without a name");
            Assert.That(browser.Text("[...document.querySelectorAll('header.top, main, section[aria-label]')].length > 5 ? 'many' : 'few'"), Is.EqualTo("many"));
            Assert.That(browser.Count("h1"), Is.EqualTo(1));
        }
    }

    [TestCase(false, "rgb(250, 249, 247)")]
    [TestCase(true, "rgb(20, 21, 23)")]
    public void It_is_as_light_or_dark_as_the_system_until_somebody_says_otherwise(bool isDark, string background)
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk), isDark: isDark);
        const string Background = "getComputedStyle(document.body).backgroundColor";
        Assert.That(browser.Text(Background), Is.EqualTo(background));
        Assert.That(browser.Click("#theme button:nth-child(2)").Text(Background), Is.EqualTo("rgb(250, 249, 247)"));
        Assert.That(browser.Click("#theme button:nth-child(3)").Text(Background), Is.EqualTo("rgb(20, 21, 23)"));
        Assert.That(browser.Click("#theme button:nth-child(1)").Text(Background), Is.EqualTo(background));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Texts_have_enough_contrast(bool isDark)
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk), isDark: isDark);
        browser.Click(".step");

        // WCAG 2.2, 1.4.3, of every element that has text of its own, over the first background behind it that is not see-through.
        const string Poor = """
            (() => {
              const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const pixel = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
              const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
              const behind = element => { for (let at = element; at; at = at.parentElement) { const color = pixel(getComputedStyle(at).backgroundColor); if (color[3] === 255) return color; } return pixel('white'); };
              return [...document.querySelectorAll('body *')].filter(element => element.checkVisibility() && element.clientHeight > 1 && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())).map(element => {
                const [one, other] = [light(pixel(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
                return { text: element.className + ': ' + element.textContent.slice(0, 30), ratio: (one + 0.05) / (other + 0.05) };
              }).filter(found => found.ratio < 4.5).map(found => found.ratio.toFixed(2) + ' ' + found.text).join('\n');
            })()
            """;
        Assert.That(browser.Text(Poor), Is.Empty);
    }

    [Test]
    public void On_a_narrow_screen_nothing_sticks_out()
    {
        using var desk = Of(s_story);
        using var browser = Browser.Open(desk, Page(desk), width: 500);
        browser.Click(".step");
        Assert.That((int)browser.Eval("document.documentElement.scrollWidth - document.documentElement.clientWidth")!, Is.Zero);
    }

    [Test]
    public void Ten_thousand_changes_are_rows_only_where_somebody_looks()
    {
        using var desk = Build(Target("Many", "for d in $(seq -w 100); do mkdir many$d; for f in $(seq -w 100); do echo $d.$f > many$d/file$f.txt; done; done"), "Many");
        using var browser = Browser.Open(desk, Page(desk));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(browser.Text("document.querySelector('.figure:nth-child(2) dd').textContent"), Is.EqualTo("10,100"));
            Assert.That(browser.Count(".tree-row"), Is.InRange(10, 100));
            Assert.That(browser.Count("*"), Is.LessThan(1000));
            Assert.That((int)browser.Eval("document.querySelector('[role=tree]').scrollHeight")!, Is.GreaterThan(10_100 * 20));
            browser.Eval("document.querySelector('[role=tree]').focus()");
            browser.Press("End", "Enter");
            Assert.That(browser.Text("document.querySelector('.diff-head .path').textContent"), Is.EqualTo("many100/file100.txt"));
            Assert.That(browser.Text("document.querySelector('.diff').textContent"), Does.Contain("100.100"));
            browser.Eval("{ const search = document.querySelector('.changes input'); search.value = 'many042/file0'; search.dispatchEvent(new Event('input')) }");
            Assert.That(browser.Text("document.querySelector('.found').textContent"), Is.EqualTo("99 of 10,100 changes"));
            Assert.That(browser.Complaints, Is.Empty);
        }
    }

    private static Desk Story() => Build(
        Target("Made", "sed -i s/two/2/ a.txt; rm old.txt; echo new > new.txt; mv dir/b.txt dir/c.txt; echo said") + Target("Failed", "exit 3") + Target("Denied", "some-tool") + Target("Nosy", "cat ../precious"),
        "Made;Failed;Denied;Nosy",
        static tree =>
        {
            tree["a.txt"] = "one\ntwo\nthree\n";
            tree["old.txt"] = "old\n";
            File.WriteAllText(tree.Beside("precious"), "precious\n");
            tree["dir/b.txt"] = "a text that is long enough to be found again\n";
        });
}
