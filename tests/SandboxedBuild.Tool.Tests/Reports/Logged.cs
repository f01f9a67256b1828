using System.Text.Json.Nodes;
using static SandboxedBuild.Tool.Tests.SandboxedProject;

namespace SandboxedBuild.Tool.Tests.Reports;

/// <summary>Builds that have left a binlog.</summary>
internal static class Logged
{
    /// <summary>A step of a target, in XML.</summary>
    public static string Target(string name, string command, string attributes = "") =>
        $"<Target Name=\"{name}\"><SandboxedExec Command=\"{System.Security.SecurityElement.Escape(command.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal).Replace("$", "%24", StringComparison.Ordinal))}\" ContinueOnError=\"true\" {attributes} /></Target>";

    /// <summary>A desk with the binlog of a real build of some targets, by the packed SDK.</summary>
    /// <param name="targets">The targets, in XML.</param>
    /// <param name="names">Their names, in order.</param>
    /// <param name="arrange">What to put into the tree before.</param>
    /// <param name="arguments">More of the build's command line.</param>
    public static Desk Build(string targets, string names, Action<TemporaryTree>? arrange = null, params string[] arguments)
    {
        var desk = On("App.proj", $"{targets}<Target Name=\"Build\" DependsOnTargets=\"{names}\" />");
        desk.Tree["sandbox.json"] = $$"""{ "allow": [ {{string.Join(", ", names.Split(';').Where(static name => name != "Denied").Select(static name => $$"""{ "target": "{{name}}" }"""))}} ] }""";
        arrange?.Invoke(desk.Tree);
        var build = desk.Run(["build", "App.proj", "-t:Build", "-bl", "-p:SandboxEmbedPatch=true", .. arguments]);
        Assert.That(File.Exists(Binlog(desk)), Is.True, build.Output + build.Error);
        return desk;
    }

    /// <summary>A build whose binlog many tests read.</summary>
    public static Lazy<byte[]> Once(Func<Desk> build) => new(() =>
    {
        using var desk = build();
        return File.ReadAllBytes(Binlog(desk));
    });

    /// <summary>A desk with a copy of such a binlog.</summary>
    public static Desk Of(Lazy<byte[]> binlog)
    {
        var desk = new Desk();
        File.WriteAllBytes(Binlog(desk), binlog.Value);
        return desk;
    }

    /// <summary>A desk with a binlog of events that nobody ever logged, by one task.</summary>
    public static Desk Invent(params JsonObject[] events) => InventAll(events);

    /// <summary>The same, by a task for each list.</summary>
    public static Desk InventAll(params JsonObject[][] tasks)
    {
        var desk = new Desk(new TemporaryTree
        {
            ["App.proj"] = $"<Project><UsingTask TaskName=\"{typeof(LogEvents).FullName}\" AssemblyFile=\"{typeof(LogEvents).Assembly.Location}\" /><Target Name=\"Build\">{string.Concat(tasks.Select(static (_, index) => $"<LogEvents Events=\"events{index}.json\" />"))}</Target></Project>",
        })
        {
            Variables = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
        };
        for (var index = 0; index < tasks.Length; index++)
        {
            desk.Tree[$"events{index}.json"] = new JsonArray([.. tasks[index]]).ToJsonString();
        }

        var build = desk.Run("build", "App.proj", "-t:Build", "-bl");
        Assert.That(build.ExitCode, Is.Zero, build.Output + build.Error);
        return desk;
    }

    /// <summary>An event.</summary>
    public static JsonObject Event(string type, JsonNode data) => new() { ["type"] = "SandboxedBuild." + type, ["message"] = type, ["data"] = data };

    /// <summary>The binlog on a desk.</summary>
    public static string Binlog(Desk desk) => desk.Tree.PathOf("msbuild.binlog");

    /// <summary>The report on it as data.</summary>
    public static JsonNode Data(Desk desk) => desk.Run("report", "msbuild.binlog", "--format", "json").ShouldSucceed().Json;

    /// <summary>The report on it as a page.</summary>
    public static string Page(Desk desk)
    {
        desk.Run("report", "msbuild.binlog", "-o", "../report.html").ShouldSucceed();
        return desk.Tree.Beside("report.html");
    }
}
