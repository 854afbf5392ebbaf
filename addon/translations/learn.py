"""Simplified Chinese of Learn, and of its part of the preferences."""

WORDS = {
    "Learn": "学习",
    "Learn a texture from a photo or from the maps of a material, in the background and outside Blender": (
        "从照片或材质的各贴图学习纹理，在 Blender 之外的后台进行"
    ),
    "With Its Maps": "连同各贴图",
    "Learn the maps that a material shows beside this image together with it": "一并学习材质中与此图像同在的各贴图",
    "Whole Folder": "整个文件夹",
    "Learn the maps of one material together: those beside the file, told by their names, as wall_base_color and"
    " wall_normal": "一并学习同一材质的各贴图：即文件旁按名称识别的贴图，如 wall_base_color 和 wall_normal",
    "Time": "时间",
    "How long to learn": "学习多长时间",
    "2 Minutes": "2 分钟",
    "A first impression": "初步印象",
    "5 Minutes": "5 分钟",
    "Enough for most textures": "对多数纹理已足够",
    "20 Minutes": "20 分钟",
    "For large or fine structure": "用于大型或精细的结构",
    "Custom": "自定义",
    "As many minutes as you say": "按您指定的分钟数",
    "Minutes": "分",
    "What the model is called; empty: as the image": "模型的名称；留空则与图像同名",
    "Author": "作者",
    "Who made the image; kept in the model": "图像的作者；保存在模型中",
    "License": "许可证",
    "On which terms, as CC0-1.0; kept in the model": "许可条款，如 CC0-1.0；保存在模型中",
    "Source": "来源",
    "Where the image is from; kept in the model": "图像的来源；保存在模型中",
    "Even Light": "均匀光照",
    "Reduce To": "缩小到",
    "Learn the image at this part of its size, so that its elements have up to about 100 px": (
        "按此比例缩小图像后学习，使其元素不超过约 100 像素"
    ),
    "Real Width": "现实宽度",
    "How wide the place in the picture is; 0 where that is not known": "图中之处在现实中有多宽；未知则为 0",
    "Stop learning, and make a model of what was learned so far. Pressed again, it ends without that": (
        "停止学习，并由目前所学生成模型。再次按下则直接结束"
    ),
    "End it at once?": "立即结束？",
    "What was learned in the last minute is being saved, and would be lost": (
        "正在保存最近一分钟学到的内容，结束后将会丢失"
    ),
    "End": "结束",
    "Go on learning where it stopped; what has finished learns longer": "从停止处继续学习；已完成的则延长学习",
    "More Minutes": "追加分钟数",
    "For a fit that has finished: how much longer to learn": "对已完成的学习：再学习多长时间",
    "Remove this model with all that was learned": "移除此模型及其全部学习成果",
    "Forget what was learned?": "要丢弃所学内容吗？",
    "The model and all files of its learning are removed": "模型及其全部学习文件都将被移除",
    "Forget": "丢弃",
    "Choose Model": "选择模型",
    "Learning {name}": "正在学习 {name}",
    "Starting to learn": "正在开始学习",
    "Stopping: saving what was learned": "正在停止：保存所学内容",
    "Saving the model": "正在保存模型",
    "Stopped at {progress:.0f} %": "已停止于 {progress:.0f} %",
    "{progress:.0f} %, {minutes}:{seconds:02d} left, step {step}": (
        "{progress:.0f} %，剩余 {minutes}:{seconds:02d}，第 {step} 步"
    ),
    # preferences
    "Look whether this Python has all that learning needs, and tell how to get what is missing": (
        "检查此 Python 是否具备学习所需的一切，并说明如何获取所缺部分"
    ),
    "Looking for a Python that can learn": "正在查找能进行学习的 Python",
    "No Python can learn yet: see Check in the preferences": "尚无能进行学习的 Python：参见偏好设置中的“检查”",
    "{program} can learn": "{program} 可以进行学习",
    "Copy the command that installs what is missing, to be run in a terminal": "复制安装所缺部分的命令，在终端中运行",
    "The command is copied: run it in a terminal, then press Check again": "命令已复制：请在终端中运行，再按“检查”",
}
OPERATORS = {
    "Learn from Image": "从图像学习",
    "Learn this Image": "学习此图像",
    "Learn texture with Tilewright": "用 Tilewright 学习纹理",
    "Stop": "停止",
    "Stop Learning": "停止学习",
    "Continue Learning": "继续学习",
    "Forget": "丢弃",
    "Check": "检查",
    "Copy": "复制",
    "Copy Command": "复制命令",
}
