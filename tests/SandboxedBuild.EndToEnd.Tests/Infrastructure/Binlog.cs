extern alias StructuredLogger;

using System.Text.Json.Nodes;
using Microsoft.Build.Framework;
using StructuredLogger::Microsoft.Build.Logging.StructuredLogger;

// The reader has a copy of this type of its own, and gives that.
using ExtendedMessage = StructuredLogger::Microsoft.Build.Framework.ExtendedBuildMessageEventArgs;

namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>The events of a binlog.</summary>
internal sealed class Binlog
{
    private readonly IReadOnlyList<BuildEventArgs> _events;

    private Binlog(IReadOnlyList<BuildEventArgs> events) => _events = events;

    /// <summary>Reads a file.</summary>
    public static Binlog Read(string path) => new([.. new BinLogReader().ReadRecords(path).Select(record => record.Args).OfType<BuildEventArgs>()]);

    /// <summary>The events of one of the SDK's types, such as <c>SandboxedBuild.Step</c>.</summary>
    public IReadOnlyList<ExtendedMessage> Extended(string type) =>
        [.. _events.OfType<ExtendedMessage>().Where(message => message.ExtendedType == type)];

    /// <summary>The text of all messages.</summary>
    public IEnumerable<string> Messages => _events.OfType<BuildMessageEventArgs>().Select(message => message.Message ?? "");

    /// <summary>The number of the node that each task of a name ran on.</summary>
    public IReadOnlyList<int> NodesOf(string task) =>
        [.. _events.OfType<TaskStartedEventArgs>().Where(started => started.TaskName == task).Select(started => started.BuildEventContext?.NodeId ?? 0)];

    /// <summary>The data of an event.</summary>
    public static JsonObject Data(ExtendedMessage message) => JsonNode.Parse(message.ExtendedData ?? "null")!.AsObject();
}
