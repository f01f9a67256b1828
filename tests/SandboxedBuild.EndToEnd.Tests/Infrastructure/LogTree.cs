extern alias StructuredLogger;

using System.Text;
using StructuredLogger::Microsoft.Build.Logging.StructuredLogger;

namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>What the viewer of binlogs (MSBuild Structured Log Viewer) shows, as text: the tree of its own library.</summary>
internal static class LogTree
{
    /// <summary>The part of the tree below a target.</summary>
    /// <param name="binlog">The binlog.</param>
    /// <param name="target">The target's name.</param>
    public static string Of(string binlog, string target)
    {
        var found = Nodes(BinaryLog.ReadBuild(binlog)).OfType<Target>().Single(node => node.Name == target && node.HasChildren);
        var text = new StringBuilder();
        Write(text, found, 0);
        return text.ToString();
    }

    private static IEnumerable<TreeNode> Nodes(TreeNode node) => node.Children.OfType<TreeNode>().SelectMany(Nodes).Prepend(node);

    private static void Write(StringBuilder text, BaseNode node, int depth)
    {
        text.Append(' ', depth * 2).Append(node.ToString()!.ReplaceLineEndings(" ")).Append('\n');
        var children = (node as TreeNode)?.Children ?? [];

        // The metadata of an item come in no order.
        foreach (var child in node is Item ? children.OrderBy(static child => child.ToString(), StringComparer.Ordinal) : children.AsEnumerable())
        {
            Write(text, child, depth + 1);
        }
    }
}
