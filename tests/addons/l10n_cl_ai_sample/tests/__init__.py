from . import test_extending, test_feature
