using System.Reflection;
using System.Text;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>The target that holds a task is found for every place that MSBuild itself tells of a task.</summary>
internal sealed class TargetLocatorTests
{
    private static readonly TestCaseData[] Files =
    [
        new TestCaseData("""<Project><Target Name="A"><Exec Command="a" /></Target><Target Name="B"><Exec Command="b" /><Exec Command="c" /></Target></Project>""") { TestName = "all on one line" },
        new TestCaseData("""
            <Project>
              <Target Name="A"
                      DependsOnTargets="B"
                      Condition="'$(X)' != '&lt;Target Name=&quot;C&quot;>'"
              >
                <Exec
                  Command="a"
                />
              </Target
              >
              <Target
                Name = "B" ><Exec Command="b"/></Target>
            </Project>
            """) { TestName = "attributes on many lines" },
        new TestCaseData("""
            <Project>
              <!-- <Target Name="Comment"> --><Target Name="A"><!-- </Target><Target Name="C"> --><Exec Command="a" /><!-- x
              --></Target>
              <Target Name="Empty" /><Target Name="B"><Exec Command="b" /></Target>
            </Project>
            """) { TestName = "comments and empty targets" },
        new TestCaseData("""
            <?xml version="1.0" encoding="utf-8"?>
            <?pi <Target Name="P"> ?>
            <Project>
              <PropertyGroup><P><![CDATA[ </P><Target Name="C"><Exec Command="x" /> ]]></P></PropertyGroup>
              <Target Name="A"><Exec Command="a" /></Target>
              <Target Name="B">
                <PropertyGroup><Q><![CDATA[ </Target>
                ]]></Q></PropertyGroup><Exec Command="b" />
              </Target>
            </Project>
            """) { TestName = "processing instructions and CDATA" },
        new TestCaseData("""
            <Project>
              <Choose>
                <When Condition="true"><Choose><When Condition="false"><PropertyGroup><Exec>T</Exec></PropertyGroup></When><Otherwise><ItemGroup><Exec Include="x"><Name>N</Name></Exec></ItemGroup></Otherwise></Choose></When>
              </Choose>
              <ItemGroup><Exec Include="y" Name="Item" /></ItemGroup>
              <Target Name="A">
                <ItemGroup><Exec Include="z" Name="Inner"><Name>meta</Name></Exec></ItemGroup>
                <Exec Command="a" /><Target Parameter="a task that is called Target" />
              </Target>
              <Import Project="none" Condition="false" />
              <Target Name="B"><CallTarget Targets="A" /><OnError ExecuteTargets="A" /></Target>
            </Project>
            """) { TestName = "Choose, and other things that are called Target" },
        new TestCaseData("""
            <Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
            	<Target Name="A&amp;&#x42; ü🫧">	<Exec Command="🫧" /><!-- 🫧 --> <Exec Command="b" /></Target>
            </Project>
            """) { TestName = "a namespace, tabs, entities, characters of two words" },
        new TestCaseData("""
            <Project>
              <UsingTask TaskName="T" TaskFactory="F" AssemblyFile="f.dll"><ParameterGroup><P /></ParameterGroup><Task><Target Name="In"><Exec /></Target></Task></UsingTask>
              <Target Name="A%3bB"><Exec Command="a"><Output TaskParameter="ExitCode" PropertyName="P" /></Exec><Exec Command="b" /></Target>
            </Project>
            """) { TestName = "inline tasks, outputs, an escaped name" },
    ];

    [TestCaseSource(nameof(Files))]
    public void Of_every_task(string text)
    {
        foreach (var (name, lineEnd, encoding) in new[] { ("a.csproj", "\n", new UTF8Encoding(false)), ("obj/a.csproj.g.targets", "\r\n", new UTF8Encoding(true)), ("wide.props", "\n", Encoding.Unicode) })
        {
            using var tree = new TemporaryTree { [name] = "" };
            var content = text.Replace("\n", lineEnd, StringComparison.Ordinal);
            File.WriteAllText(tree.PathOf(name), encoding is UnicodeEncoding ? content.Replace("utf-8", "utf-16", StringComparison.Ordinal) : content, encoding);
            var tasks = TasksIn(tree.PathOf(name));
            Assert.That(tasks, Is.Not.Empty);
            Assert.That(tasks.Select(task => TargetLocator.TargetAt(tree.PathOf(name), task.Line, task.Column)?.Name), Is.EqualTo(tasks.Select(static task => task.Target)));
        }
    }

    [Test]
    public void Of_an_imported_file_it_is_that_files()
    {
        using var tree = new TemporaryTree
        {
            ["a.proj"] = """<Project><Import Project="obj/a.g.targets" /><Target Name="Mine" DependsOnTargets="Generated" /></Project>""",
            ["obj/a.g.targets"] = "<Project>\n<Target Name=\"Generated\"><Exec Command=\"a\" /></Target></Project>",
        };
        var (line, column, target) = TasksIn(tree.PathOf("obj/a.g.targets")).Single();
        Assert.That((TargetLocator.TargetAt(tree.PathOf("obj/a.g.targets"), line, column)?.Name, target), Is.EqualTo(("Generated", "Generated")));
        Assert.That(TargetLocator.TargetAt(tree.PathOf("a.proj"), line, column), Is.Null);
    }

    [TestCase("<Project><Target Name=\"A\"><Exec /></Target", 1, 27, null, TestName = "a file that MSBuild cannot have read so")]
    [TestCase("<Project><Target Name=\"A\">", 1, 40, null)]
    [TestCase("no XML", 1, 1, null)]
    [TestCase("", 1, 1, null)]
    [TestCase("<Project><Target Name=\"A\"><Exec /></Target></Project>", 0, 0, null)]
    [TestCase("<!DOCTYPE P [ <!ENTITY t SYSTEM \"file:///etc/passwd\"> ]><Project><Target Name=\"A\"><Exec /></Target></Project>", 1, 83, "A", TestName = "nothing is fetched")]
    public void Where_there_is_none_none_is_made_up(string text, int line, int column, string? target)
    {
        using var tree = new TemporaryTree { ["a.proj"] = text };
        Assert.That(TargetLocator.TargetAt(tree.PathOf("a.proj"), line, column)?.Name, Is.EqualTo(target));
    }

    [Test]
    public void Of_no_file_it_is_none() => Assert.That(TargetLocator.TargetAt("/nowhere/a.proj", 1, 1), Is.Null);

    /// <summary>What MSBuild's own parser says; it is not referenced, for the tests compile against the tasks' API alone.</summary>
    private static List<(int Line, int Column, string Target)> TasksIn(string file)
    {
        var type = Assembly.LoadFrom(Path.Combine(MSBuildHost.Directory, "Microsoft.Build.dll")).GetType("Microsoft.Build.Construction.ProjectRootElement")!;
        dynamic root = type.GetMethod("Open", [typeof(string)])!.Invoke(null, [file])!;
        var tasks = new List<(int, int, string)>();
        foreach (var target in root.Targets)
        {
            foreach (var task in target.Tasks)
            {
                tasks.Add(((int)task.Location.Line, (int)task.Location.Column, (string)target.Name));
            }
        }

        return tasks;
    }
}
