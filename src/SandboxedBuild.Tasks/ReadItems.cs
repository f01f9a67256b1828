using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tasks;

/// <summary>What a step has read, as items. No metadata may have the name Target: MSBuild keeps it for itself.</summary>
internal static class ReadItems
{
    public static ITaskItem[] Of(SandboxedStep step) => step.Reads is not { } reads ? []
        : [.. reads.Files.Select(static read => Item(read, isInRoot: true)), .. step.Settings.TrackReads == ReadTracking.All ? reads.Outside.Select(static read => Item(read, isInRoot: false)) : []];

    private static TaskItem Item(StepRead read, bool isInRoot)
    {
        var item = Escaping.Item(read.Path);
        item.SetMetadata("LinkTarget", Escaping.Escape(read.Target));
        if (isInRoot)
        {
            item.SetMetadata("Root", Escaping.Escape(read.Root));
            item.SetMetadata("RelativePath", Escaping.Escape(Path.GetRelativePath(read.Root, read.Path)));
        }

        return item;
    }
}
